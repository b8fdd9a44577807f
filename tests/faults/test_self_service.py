"""What strikes a self-service run while it waits, and while somebody looks for it."""

from collections.abc import Iterator

import pytest

import handover
from tests.faults.conftest import with_two_workers
from tests.faults.points import ANYWHERE, points_of
from tests.faults.self_service import (
    HAS_LOOKED,
    LOOKING,
    OFTEN,
    begin,
    ended,
    expire,
    guided,
    kinds,
)
from tests.parts.billing import Billing
from tests.parts.portal import Portal
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips, kill_and_replace
from worker.watching import LOOK

STEPS = (
    *("guide_self_service", "await_customer", "verify_ownership", "plan_change"),
    *("create_membership", "update_sold_to", "prove_sold_to"),
)
BEFORE_THE_CHANGE = {
    *((STEPS[0], point) for point in ANYWHERE),
    *((STEPS[1], point) for point in ANYWHERE[:2]),
}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """Two workers that look every second, on SQLite."""
    with rehearsal(redis_server, env={**OFTEN, "HANDOVER_TRIPS": str(trips.folder)}) as made:
        yield with_two_workers(made)


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_a_step(installation: Rehearsal, trips: Trips, step: str) -> None:
    """Whatever the step: the customer's change is proved, and S writes once.

    Zuora does not follow by itself, because the Bill To has the new email (G1).
    """
    points = points_of(writes=step == "update_sold_to")
    for run_id in [_killed(installation, trips, step, point) for point in points]:
        assert ended(run_id)["result"] == "proved"
        assert installation.written_by(run_id) == [("billing_account_contact", "update")]


def _killed(installation: Rehearsal, trips: Trips, step: str, point: str) -> str:
    account = installation.account(new_person="none")
    Billing(installation).make_bill_to(account, account["new"])
    trips.set(step, point)
    run_id = begin(installation, account)
    if (step, point) in BEFORE_THE_CHANGE:
        kill_and_replace(installation, trips.wait_hit(step, point))
    report = installation.wait(run_id)
    assert report["reason"] == "customer-acts", report
    Portal(installation).take_over(account)
    if (step, point) not in BEFORE_THE_CHANGE:
        kill_and_replace(installation, trips.wait_hit(step, point))
    return run_id


@pytest.mark.parametrize("point", [LOOKING, HAS_LOOKED])
def test_killed_while_looking(installation: Rehearsal, trips: Trips, point: str) -> None:
    """Another worker looks after that."""
    account, run_id = guided(installation)
    trips.set(LOOK, point)
    Portal(installation).take_over(account)
    kill_and_replace(installation, trips.wait_hit(LOOK, point))
    assert ended(run_id)["result"] == "proved"
    assert kinds(installation, run_id).count("question.answered") == 1


def test_an_expired_run_says_what_was_not_done(installation: Rehearsal) -> None:
    """An abandoned run: nobody ever acts."""
    account, run_id = guided(installation)
    expire(run_id)
    report = handover.report(run_id)
    assert (report["result"], report["reason"]) == ("cancelled", "expired")
    assert "Not done: everything else" in report["summary"]
    assert installation.writes(account) == []
