"""A worker that was frozen at the wrong moment and comes back must not do any harm."""

import pytest

from tests.faults.test_kill import DOCUMENTED, WRITING
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, worker_of
from tests.parts.waiting import wait_until

LOST = "the lease was lost"


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
    frozen.sigstop()
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
