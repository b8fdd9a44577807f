"""Every question after the first write, and approval: what each answer leads to."""

from typing import Any

import pytest

import handover
from domain.errors import InvalidRequest
from tests.faults.conftest import with_two_workers
from tests.faults.test_questions_before import PLAIN, answer, ask, ended, kind_of
from tests.parts.billing import STRANGER, Billing
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import SANDBOX_LAG, Rehearsal, rehearsal
from tests.parts.trips import Trips


def disturbed_at(installation: Rehearsal, trips: Trips, step: str) -> tuple[dict[str, Any], str]:
    """A run that meets a stranger as Sold To when it has come to a step."""
    account = installation.account()
    trips.set(step, "after-claim")
    run_id = installation.start(account)
    trips.wait_hit(step, "after-claim")
    installation.truth(account)  # the sync of what the run wrote comes first
    Billing(installation).make_sold_to(account, STRANGER)
    trips.go(step, "after-claim")
    return account, run_id


def test_billing_finishes_what_is_half_applied(installation: Rehearsal, trips: Trips) -> None:
    account, run_id = disturbed_at(installation, trips, "remove_previous_membership")
    assert kind_of(installation, run_id) == "half-applied"
    report = answer(installation, run_id, "hand-over", by="kim")
    assert report["question"]["kind"] == "with-billing"
    Billing(installation).make_sold_to(account, account["new"])
    assert ended(answer(installation, run_id, "billing-done")) == ("proved", 0)
    assert installation.writes_by_run(account) == PLAIN[:2]


def test_what_is_half_applied_is_left(installation: Rehearsal, trips: Trips) -> None:
    """Whoever decides sees in the list of questions what is written and what is not."""
    account, run_id = disturbed_at(installation, trips, "remove_previous_membership")
    kind_of(installation, run_id)
    [asked] = [one for one in handover.questions() if one["run"] == run_id]
    created = next(c for c in handover.report(run_id)["plan"] if c["step"] == "create_membership")
    assert (asked["written"], asked["written_perhaps"]) == ([created["title"]], [])
    answer(installation, run_id, "hand-over", by="kim")
    assert ended(answer(installation, run_id, "leave")) == ("stale", 5)
    assert installation.writes_by_run(account) == PLAIN[:1]


@pytest.mark.rule("C7", "S5", "S6")
@pytest.mark.parametrize("answers", [["prove-again"], ["hand-over", "billing-done"]])
def test_what_was_not_proved_is_put_right(
    installation: Rehearsal, trips: Trips, answers: list[str]
) -> None:
    account, run_id = disturbed_at(installation, trips, "prove_sold_to")
    assert kind_of(installation, run_id) == "not-proved"
    Billing(installation).make_sold_to(account, account["new"])
    for given in answers:
        report = answer(installation, run_id, given)
    assert ended(report) == ("proved", 0)
    assert installation.writes_by_run(account) == PLAIN


def test_what_was_not_proved_is_not_planned_over_a_stranger(
    installation: Rehearsal, trips: Trips
) -> None:
    account, run_id = disturbed_at(installation, trips, "prove_sold_to")
    kind_of(installation, run_id)
    report = answer(installation, run_id, "plan-anew")
    assert report["question"]["kind"] == "half-applied"
    assert ended(answer(installation, run_id, "leave")) == ("stale", 5)
    assert installation.sold_to(account) == STRANGER["email"]


def test_what_was_not_proved_is_left(installation: Rehearsal, trips: Trips) -> None:
    _, run_id = disturbed_at(installation, trips, "prove_sold_to")
    kind_of(installation, run_id)
    assert ended(answer(installation, run_id, "leave")) == ("failed", 1)


@pytest.mark.rule("L3", "S6")
def test_what_was_not_restored_goes_to_billing_or_is_left(redis_server: RedisServer) -> None:
    """L3 where an unchanged save starts no sync; `restore` has its own test."""
    arguments = ["--lag", SANDBOX_LAG, "--unchanged-save-syncs", "no"]
    short = {"HANDOVER_LAG_SECONDS": "3"}
    with rehearsal(redis_server, sandbox_arguments=arguments, env=short) as made:
        with_two_workers(made)
        accounts = made.new_accounts(2, login_activated=False)
        runs = [made.start(account) for account in accounts]
        assert [kind_of(made, run_id) for run_id in runs] == ["sold-to-not-restored"] * 2
        answer(made, runs[0], "hand-over", by="kim")
        Billing(made).make_sold_to(accounts[0], accounts[0]["sold_to"])
        made.truth(accounts[0])  # CustomersDot has heard of it before the run goes on
        report = answer(made, runs[0], "billing-done")
        assert ended(report) == ("proved", 0), report
        assert made.sold_to(accounts[0]) == accounts[0]["new"]["email"]
        assert ended(answer(made, runs[1], "leave")) == ("stale", 5)


def test_a_plan_is_approved_or_rejected(redis_server: RedisServer) -> None:
    approval = {"HANDOVER_APPROVAL": '{"change-contact": "one-yes"}'}
    with rehearsal(redis_server, env=approval) as made:
        made.add_worker().wait_ready()
        account = made.account()
        run_id, kind = ask(made, account)
        assert kind == "approve-plan"
        assert ended(answer(made, run_id, "reject", by="kim")) == ("cancelled", 9)
        run_id, _ = ask(made, account)
        with pytest.raises(InvalidRequest, match="must name the plan"):
            handover.answer(run_id, "approve", reason="fine", by="kim")
        checksum = handover.report(run_id)["plan_checksum"]
        handover.answer(run_id, "approve", reason="fine", by="kim", plan=checksum)
        assert ended(made.wait(run_id)) == ("proved", 0)
