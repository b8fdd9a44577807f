"""A worker that was frozen at the wrong moment and comes back must not do any harm."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.test_kill import DOCUMENTED, WRITING
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, worker_of
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess

LOST = "the lease was lost"


def _freeze(worker: WorkerProcess, journal: Path) -> None:
    """Stops it at a moment at which none of its threads writes to the journal.

    SQLite has one writer: who is stopped in the middle of a transaction stops everybody.
    """
    while True:
        worker.sigstop()
        try:
            with closing(sqlite3.connect(journal, timeout=1)) as db:
                db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            worker.sigcont()
        else:
            return


@pytest.mark.parametrize("point", ["checked", "before-send"])
@pytest.mark.parametrize("step", WRITING)
def test_stopped_between_check_and_write(
    installation: Rehearsal, trips: Trips, step: str, point: str
) -> None:
    """SIGSTOP between check and write, another takes over, SIGCONT: no second effect."""
    account = installation.account(login_activated=False)
    trips.set(step, point)
    run_id = installation.start(account)
    frozen = worker_of(installation, trips.wait_hit(step, point))
    _freeze(frozen, Path(installation.env["HANDOVER_STATE_DIR"]) / "journal.db")
    found_out = frozen.output().count(LOST)
    try:
        report = installation.wait(run_id)
    finally:
        trips.go(step, point)
        frozen.sigcont()
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    wait_until(lambda: frozen.output().count(LOST) > found_out, 20, "the frozen worker to find out")
    assert installation.written(account) == DOCUMENTED
    assert installation.sold_to(account) == account["new"]["email"]
