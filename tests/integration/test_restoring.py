"""A journal that is restored from a backup: what is missing shows, and what is known goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import handover
from tests.parts import wait_until
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, forget_process_state, rehearsal
from tests.parts.trips import Trips
from worker import runtime
from worker.journal import audit

DOCUMENTED = [
    ("billing_account_membership", "create"),
    ("billing_account_membership", "delete"),
    ("billing_account_contact", "update"),
]


@pytest.fixture
def trips(tmp_path: Path) -> Trips:
    """The folder of trips that the worker looks into."""
    (tmp_path / "trips").mkdir()
    return Trips(tmp_path / "trips")


@pytest.fixture
def installation(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """An installation on SQLite with one worker."""
    with rehearsal(redis_server, env={"HANDOVER_TRIPS": str(trips.folder)}) as made:
        made.add_worker().wait_ready()
        yield made


def test_a_run_that_went_on_after_the_backup_is_finished_again(
    installation: Rehearsal, trips: Trips, tmp_path: Path
) -> None:
    """The journal knows less than CustomersDot: what it finds done, it does not do again."""
    account = installation.account()
    trips.set("update_sold_to", "checked")
    run_id = installation.start(account)
    trips.wait_hit("update_sold_to", "checked")
    back_up(installation, tmp_path / "backup.db")
    trips.go("update_sold_to", "checked")
    assert installation.wait(run_id)["result"] == "proved"

    newer = heads()
    restore(installation, tmp_path / "backup.db")
    assert [p for p in problems(newer) if run_id in p]
    assert handover.verify_audit()["holds"]

    installation.add_worker().wait_ready()
    wait_until(lambda: ended(run_id), 60, "the run to end once more")
    assert handover.report(run_id)["result"] == "proved"
    assert installation.written(account) == DOCUMENTED


def test_a_run_that_began_after_the_backup_is_named_by_newer_heads(
    installation: Rehearsal, tmp_path: Path
) -> None:
    """The journal has never heard of it; only what was kept elsewhere tells."""
    back_up(installation, tmp_path / "backup.db")
    account = installation.account()
    run_id = installation.start(account)
    assert installation.wait(run_id)["result"] == "proved"
    newer = heads()
    restore(installation, tmp_path / "backup.db")
    assert handover.runs() == []
    assert [p for p in problems(newer) if run_id in p]


def back_up(made: Rehearsal, copy: Path) -> None:
    """As the guide does it, while everything works."""
    with (
        closing(sqlite3.connect(made.state / "journal.db")) as source,
        closing(sqlite3.connect(copy)) as sink,
    ):
        source.backup(sink)


def restore(made: Rehearsal, copy: Path) -> None:
    """With all workers ended, the copy takes the journal's place."""
    for worker in made.workers:
        worker.kill9()
    forget_process_state()
    for path in made.state.glob("journal.db*"):
        path.unlink()
    (made.state / "journal.db").write_bytes(copy.read_bytes())


def heads() -> list[dict[str, object]]:
    """What would have been shipped elsewhere by now."""
    with runtime.journal().read() as tx:
        return audit.heads_of(tx)


def problems(newer: list[dict[str, object]]) -> list[str]:
    """What verifying against these heads finds."""
    with runtime.journal().read() as tx:
        return audit.verify(tx, newer).problems


def ended(run_id: str) -> bool:
    """Whether the run has ended."""
    return bool(handover.report(run_id)["state"] == "ended")
