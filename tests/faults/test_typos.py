"""Typo fixes whose workers die, whose answers are lost, and whose world changes in the middle."""

from typing import Any

import pytest

import handover
from tests.faults.points import ANYWHERE, points_of, some
from tests.parts.rehearsal import Rehearsal
from tests.parts.trips import Trips, kill_and_replace
from tests.parts.typos import CODE, CONTACT, CUSTOMER, Typo, mistyped_account
from tests.parts.zuora_by_hand import change_sold_to, rename_sold_to

DOCUMENTED = [CUSTOMER, CONTACT, CODE]
LOOKING = (
    "check_activation", "check_mail_log", "record_error_on_ticket", "confirm_address",
    "plan_change", "see_mail_leave", "tell_account_manager", "prove_sold_to",
)  # fmt: skip
WRITING = ("rename_customer", "update_sold_to")
RESEND = r"/resend_to_customer"
NOTE = r"/api/v2/tickets/\d+"


def with_everything(installation: Rehearsal) -> Typo:
    """An account for which each step has something to do."""
    typo = mistyped_account(installation)
    change_sold_to(installation, typo.account, firstName="Old-fashioned")
    installation.truth(typo.account)
    return typo


def answer(typo: Typo, run_id: str, given: str) -> dict[str, Any]:
    """Answers and waits for what comes of it."""
    handover.answer(run_id, given, reason="looked into the mail log", by="lee")
    return typo.installation.wait(run_id)


def finished_well(typo: Typo, run_id: str) -> None:
    """Proved, each write once and in the documented order, one note and one mail."""
    report = typo.installation.wait(run_id)
    assert (report["state"], report["result"]) == ("ended", "proved"), report
    assert typo.installation.writes_by_run(typo.account) == DOCUMENTED
    assert typo.mails() == [("cloud-activation", typo.right)]
    assert len(typo.notes()) == 1
    assert len(handover.messages(run_id)["messages"]) == 1


@pytest.mark.parametrize("step", [*LOOKING, *WRITING])
def test_killed_in_our_code(installation: Rehearsal, trips: Trips, step: str) -> None:
    """Workers killed between two of our own lines leave runs that others finish."""
    begun = []
    for point in points_of(writes=step in WRITING):
        typo = with_everything(installation)
        trips.set(step, point)
        run_id = typo.start()
        kill_and_replace(installation, trips.wait_hit(step, point))
        begun.append((typo, run_id))
    for typo, run_id in begun:
        finished_well(typo, run_id)


@pytest.mark.rule("T6")
@pytest.mark.parametrize("point", some(("checked",), (*ANYWHERE, "checked")))
def test_killed_where_nothing_was_sent(installation: Rehearsal, trips: Trips, point: str) -> None:
    """No doubt, no question, one mail."""
    typo = with_everything(installation)
    trips.set("resend_licence", point)
    run_id = typo.start()
    kill_and_replace(installation, trips.wait_hit("resend_licence", point))
    finished_well(typo, run_id)


@pytest.mark.rule("T6")
@pytest.mark.parametrize(
    ("point", "given"), [("before-send", "was-not-sent"), ("after-reply", "was-sent")]
)
def test_killed_while_sending(
    installation: Rehearsal, trips: Trips, point: str, given: str
) -> None:
    """It may have left: that is a question, and what a person saw decides."""
    typo = with_everything(installation)
    trips.set("resend_licence", point)
    run_id = typo.start()
    kill_and_replace(installation, trips.wait_hit("resend_licence", point))
    assert installation.wait(run_id)["question"]["kind"] == "unknown-outcome"
    answer(typo, run_id, given)
    finished_well(typo, run_id)


@pytest.mark.rule("T6")
@pytest.mark.parametrize(
    ("fault", "given"), [("timeout_before", "was-not-sent"), ("timeout_after", "was-sent")]
)
def test_no_answer_to_a_send(installation: Rehearsal, fault: str, given: str) -> None:
    """An answer that got lost leads to the same question, never to a second mail."""
    typo = with_everything(installation)
    _strike(installation, "customersdot", "POST", RESEND, fault)
    run_id = typo.start()
    assert installation.wait(run_id)["question"]["kind"] == "unknown-outcome"
    answer(typo, run_id, given)
    finished_well(typo, run_id)


@pytest.mark.rule("T3")
@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "reset"])
def test_no_answer_to_the_note(installation: Rehearsal, fault: str) -> None:
    """The marker is looked for before the note is tried again: the ticket has it once."""
    typo = with_everything(installation)
    _strike(installation, "zendesk", "PUT", NOTE, fault)
    finished_well(typo, typo.start())


@pytest.mark.rule("T6")
@pytest.mark.parametrize("system", ["mailgun", "zendesk"])
def test_a_neighbour_is_away_for_a_while(installation: Rehearsal, system: str) -> None:
    """What can't be read now is read later, and never taken for an answer."""
    typo = with_everything(installation)
    _strike(installation, system, None, "", "status", code=503, times=4)
    finished_well(typo, typo.start())


@pytest.mark.rule("T5")
def test_stale_before_the_first_write(installation: Rehearsal, trips: Trips) -> None:
    """Somebody changed the Sold To after the plan was made: nothing is written."""
    typo = with_everything(installation)
    trips.set("rename_customer", "before-claim")
    run_id = typo.start()
    trips.wait_hit("rename_customer", "before-claim")
    rename_sold_to(installation, typo.account)
    trips.go("rename_customer", "before-claim")
    assert installation.wait(run_id)["result"] == "stale"
    assert installation.writes_by_run(typo.account) == []


@pytest.mark.rule("T6")
def test_stale_before_the_mail(installation: Rehearsal, trips: Trips) -> None:
    """A resent code goes to Zuora's Sold To: while that is somebody else, none leaves."""
    typo = with_everything(installation)
    trips.set("resend_licence", "before-claim")
    run_id = typo.start()
    trips.wait_hit("resend_licence", "before-claim")
    rename_sold_to(installation, typo.account)
    trips.go("resend_licence", "before-claim")
    assert installation.wait(run_id)["question"]["kind"] == "half-applied"
    assert typo.mails() == []
    change_sold_to(installation, typo.account, firstName="Old-fashioned", workEmail=typo.right)
    assert answer(typo, run_id, "plan-anew")["result"] == "proved"
    assert typo.mails() == [("cloud-activation", typo.right)]


@pytest.mark.rule("T6")
def test_a_new_plan_sends_nothing_twice(installation: Rehearsal, trips: Trips) -> None:
    """What was sent in an earlier round is not planned again."""
    typo = with_everything(installation)
    trips.set("see_mail_leave", "before-claim")
    run_id = typo.start()
    trips.wait_hit("see_mail_leave", "before-claim")
    handover.cancel(run_id, reason="second thoughts", by="kim")
    trips.go("see_mail_leave", "before-claim")
    assert installation.wait(run_id)["question"]["kind"] == "half-applied"
    answer(typo, run_id, "plan-anew")
    finished_well(typo, run_id)


@pytest.mark.rule("C7", "G1")
def test_another_postal_address_is_not_proved(installation: Rehearsal, trips: Trips) -> None:
    """Only the email differs: what else a late sync brings to the contact is found out."""
    typo = with_everything(installation)
    trips.set("prove_sold_to", "after-claim")
    run_id = typo.start()
    trips.wait_hit("prove_sold_to", "after-claim")
    change_sold_to(installation, typo.account, city="Elsewhere")
    trips.go("prove_sold_to", "after-claim")
    report = installation.wait(run_id)
    assert (report["state"], report["question"]["kind"]) == ("waiting", "not-proved")
    assert "postal address" in report["question"]["text"]


@pytest.mark.rule("T6", "C7")
@pytest.mark.parametrize(("fault", "seen"), [("timeout_before", False), ("timeout_after", True)])
def test_a_mail_that_may_have_left_is_looked_for(
    installation: Rehearsal, fault: str, seen: bool
) -> None:
    """A new plan does not send it again, and the run is not proved before the log shows it."""
    typo = with_everything(installation)
    _strike(installation, "customersdot", "POST", RESEND, fault)
    run_id = typo.start()
    assert installation.wait(run_id)["question"]["kind"] == "unknown-outcome"
    handover.cancel(run_id, reason="second thoughts", by="kim")
    report = answer(typo, run_id, "plan-anew")
    if not seen:
        assert (report["state"], report["question"]["kind"]) == ("waiting", "mail-not-seen")
        report = answer(typo, run_id, "leave")
    assert report["result"] == ("proved" if seen else "failed")
    assert len(typo.mails()) == seen


def _strike(
    installation: Rehearsal, system: str, method: str | None, path: str, kind: str, **more: Any
) -> None:
    fault = {"system": system, "method": method, "path": path, "kind": kind, "times": 1, **more}
    wanted = {name: value for name, value in fault.items() if value is not None}
    installation.control("POST", "faults", wanted)
