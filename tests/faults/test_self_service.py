"""What strikes a self-service run while it waits, and while somebody looks for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

import handover
from domain.errors import Locked
from tests.faults.conftest import with_two_workers
from tests.parts.billing import Billing
from tests.parts.portal import Portal
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips, kill_and_replace
from tests.parts.waiting import wait_until
from worker import runtime
from worker.watching import LOOK, look

OFTEN = {"HANDOVER_SELF_SERVICE_LOOK_SECONDS": "1", "HANDOVER_LAG_SECONDS": "2"}
STEPS = (
    *("guide_self_service", "await_customer", "verify_ownership", "plan_change"),
    *("create_membership", "update_sold_to", "prove_sold_to"),
)
ANYWHERE = ("before-claim", "after-claim", "after-journal")
AT_A_WRITE = ("checked", "before-send", "after-reply")
BEFORE_THE_CHANGE = {
    *((STEPS[0], point) for point in ANYWHERE),
    *((STEPS[1], point) for point in ANYWHERE[:2]),
}
LOOKING = "after-claim"
HAS_LOOKED = "after-reply"


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """Two workers that look every second, on SQLite."""
    with rehearsal(redis_server, env={**OFTEN, "HANDOVER_TRIPS": str(trips.folder)}) as made:
        yield with_two_workers(made)


def begin(installation: Rehearsal, account: dict[str, Any]) -> str:
    """A run that will wait for the customer."""
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    fields = {"new_contact": new, "access": "owners-mailbox", "evidence": None}
    return installation.begin("self-service", account, **fields)


def guided(installation: Rehearsal) -> tuple[dict[str, Any], str]:
    """A fresh account and its run, which waits for the customer."""
    account = installation.account(new_person="none")
    run_id = begin(installation, account)
    assert installation.wait(run_id)["reason"] == "customer-acts"
    return account, run_id


def ended(run_id: str) -> dict[str, Any]:
    """The report of a run once it has ended by itself."""
    wait_until(lambda: handover.report(run_id)["state"] == "ended", 60, f"the end of {run_id}")
    return handover.report(run_id)


def kinds(installation: Rehearsal, run_id: str) -> list[str]:
    """The kinds of a run's events."""
    return [event["kind"] for event in installation.events(run_id)]


@pytest.mark.parametrize("step", STEPS)
def test_killed_in_a_step(installation: Rehearsal, trips: Trips, step: str) -> None:
    """Whatever the step: the customer's change is proved, and S writes once.

    Zuora does not follow by itself, because the Bill To has the new email (G1).
    """
    points = ANYWHERE + (AT_A_WRITE if step == "update_sold_to" else ())
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
    guided = installation.wait(run_id)
    assert guided["reason"] == "customer-acts", guided
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


def _answer(run_id: str) -> None:
    handover.answer(run_id, "stop", reason="withdrawn", by="lee")


def _cancel(run_id: str) -> None:
    assert handover.cancel(run_id, reason="withdrawn", by="lee")


def _expire(run_id: str) -> None:
    with runtime.journal().write() as tx:
        late = "UPDATE questions SET expires_at = 1 WHERE run_id = :run AND answered_at IS NULL"
        tx.conn.execute(text(late), {"run": run_id})
    wait_until(lambda: handover.report(run_id)["state"] == "ended", 30, "the end")


@pytest.mark.parametrize(
    ("decide", "reason"),
    [(_answer, "customer-acts"), (_cancel, "cancelled"), (_expire, "expired")],
)
def test_ended_while_somebody_looks(
    installation: Rehearsal, trips: Trips, decide: Callable[[str], None], reason: str
) -> None:
    """What the look has seen by then does not count any more."""
    account, run_id = guided(installation)
    Portal(installation).take_over(account)
    _stop_at(installation, trips, run_id)
    decide(run_id)
    trips.go(LOOK, HAS_LOOKED)
    report = handover.report(run_id)
    assert (report["result"], report["reason"]) == ("cancelled", reason), report
    _nothing_happens_any_more(installation, run_id)


def test_superseded_while_somebody_looks(installation: Rehearsal, trips: Trips) -> None:
    """The later run has the account for itself."""
    account, run_id = guided(installation)
    Portal(installation).take_over(account)
    _stop_at(installation, trips, run_id)
    assert installation.sold_to(account) == account["new"]["email"]
    approval = {
        **installation.request(account)["evidence"],
        "approver_email": account["new"]["email"],
    }
    fields = {"contact_email": account["new"]["email"], "evidence": approval}
    later = installation.begin("confirm-login", account, **fields)
    trips.go(LOOK, HAS_LOOKED)
    assert handover.report(run_id)["reason"] == "superseded"
    assert ended(later)["result"] == "proved"
    _nothing_happens_any_more(installation, run_id)


def test_an_expired_run_says_what_was_not_done(installation: Rehearsal) -> None:
    """An abandoned run: nobody ever acts."""
    account, run_id = guided(installation)
    _expire(run_id)
    report = handover.report(run_id)
    assert (report["result"], report["reason"]) == ("cancelled", "expired")
    assert "Not done: everything else" in report["summary"]
    assert installation.writes(account) == []


def test_several_messages_make_one_look(installation: Rehearsal, trips: Trips) -> None:
    """However often a look is delivered, one worker looks; the others find it taken."""
    _, run_id = guided(installation)
    trips.set(LOOK, LOOKING)
    trips.wait_hit(LOOK, LOOKING)
    for _ in range(5):
        look(run_id)
    for worker in installation.workers:
        assert "the look met a defect" not in worker.output()
    (trips.folder / f"{LOOK}.{HAS_LOOKED}").touch()
    look(run_id)  # would stand still there, if it got as far
    trips.go(LOOK, LOOKING)
    trips.wait_hit(LOOK, HAS_LOOKED)
    trips.go(LOOK, HAS_LOOKED)
    handover.cancel(run_id, reason="only a test", by="kim")


def test_a_conflict_makes_it_rest_on(installation: Rehearsal) -> None:
    """Another run holds the new contact: the change is seen, but nothing is interleaved."""
    account, run_id = guided(installation)
    elsewhere = installation.account()
    approval = {**installation.request(elsewhere)["evidence"], "seen_by": None}
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    holder = installation.start(elsewhere, new_contact=new, evidence=approval)
    assert installation.wait(holder)["state"] == "waiting"
    Portal(installation).take_over(account)
    with pytest.raises(Locked) as caught:
        handover.answer(run_id, "changed", reason="the customer wrote so", by="lee")
    assert caught.value.holder == holder
    _said(installation, run_id, "seen, but it can't go on yet")
    assert "run.woke" not in kinds(installation, run_id)
    handover.cancel(holder, reason="only a test", by="kim")
    assert ended(run_id)["result"] == "proved"


def _stop_at(installation: Rehearsal, trips: Trips, run_id: str) -> None:
    trips.set(LOOK, HAS_LOOKED)
    trips.wait_hit(LOOK, HAS_LOOKED)
    assert handover.report(run_id)["state"] == "waiting"


def _nothing_happens_any_more(installation: Rehearsal, run_id: str) -> None:
    _said(installation, run_id, "seen too late")
    assert kinds(installation, run_id)[-1] == "run.ended"
    assert installation.written_by(run_id) == []


def _said(installation: Rehearsal, run_id: str, words: str) -> None:
    """Waits until a worker has said so about a run."""

    def line() -> bool:
        lines = [line for w in installation.workers for line in w.output().splitlines()]
        return any(words in line and run_id in line for line in lines)

    wait_until(line, 30, words)
