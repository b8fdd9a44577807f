"""Every question before the first write: how it is reached, and what each answer leads to."""

from typing import Any

import pytest

import handover
from domain.errors import Refused
from handover import api
from tasks.clients import customersdot
from tests.integration.workflows.proofs import approval
from tests.parts.billing import Billing, add_member, remove_member
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from worker.canvas import canvas_for

PLAIN = [
    ("billing_account_membership", "create"),
    ("billing_account_membership", "delete"),
    ("billing_account_contact", "update"),
]
REMOVED = ("billing_account_membership", "delete")


def ask(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> tuple[str, str]:
    """Starts a change that asks something; the run and the kind of its question."""
    run_id = installation.start(account, **changes)
    return run_id, kind_of(installation, run_id)


def kind_of(installation: Rehearsal, run_id: str) -> str:
    """The kind of the question that a run has come to."""
    report = installation.wait(run_id)
    assert report["state"] == "waiting", report
    return str(report["question"]["kind"])


def answer(installation: Rehearsal, run_id: str, given: str, by: str = "lee") -> dict[str, Any]:
    """Answers and waits for what comes of it."""
    handover.answer(run_id, given, reason="ticket 4712, comment 7", by=by)
    return installation.wait(run_id)


def ended(report: dict[str, Any]) -> tuple[str, int]:
    """How a run ended."""
    return report["result"], report["exit_code"]


# evidence that no machine saw (V1, V3, V8)


def unseen(account: dict[str, Any], proof: str) -> dict[str, Any]:
    """Evidence that nobody has confirmed."""
    if proof == "V1":
        return approval(account)
    return {"kind": "invoice", "invoice": account["invoice"], "document": "invoice.pdf"}


def with_invoice(installation: Rehearsal) -> dict[str, Any]:
    """A fresh account, and the number of an invoice on it."""
    account = installation.account()
    found = installation.control("GET", f"accounts/{account['account_number']}")
    return {**account, "invoice": found["zuora"]["invoices"][0]["number"]}


@pytest.mark.rule("V1", "V3")
@pytest.mark.parametrize("proof", ["V1", "V3"])
@pytest.mark.parametrize(
    ("given", "result"), [("confirmed", ("proved", 0)), ("not-confirmed", (None, 3))]
)
def test_evidence_is_confirmed_or_not(
    installation: Rehearsal, proof: str, given: str, result: tuple[str, int]
) -> None:
    account = with_invoice(installation)
    run_id, kind = ask(installation, account, evidence=unseen(account, proof))
    assert kind == "evidence-seen"
    if given == "confirmed":
        with pytest.raises(Refused, match="Somebody other than kim"):
            handover.answer(run_id, given, reason="I saw it", by="kim")
    assert ended(answer(installation, run_id, given)) == result
    assert bool(installation.writes(account)) == (given == "confirmed")


@pytest.mark.rule("V8")
@pytest.mark.parametrize(
    ("given", "result"), [("legal-agrees", ("proved", 0)), ("legal-refuses", ("refused", 3))]
)
def test_evidence_goes_to_legal(
    installation: Rehearsal, given: str, result: tuple[str, int]
) -> None:
    account = installation.account()
    run_id, _ = ask(installation, account, evidence=unseen(account, "V1"))
    report = answer(installation, run_id, "escalate")
    assert (report["question"]["kind"], report["exit_code"]) == ("with-legal", 7)
    assert ended(answer(installation, run_id, given)) == result


# one contact in both roles (S2, S6)


@pytest.mark.rule("S2")
def test_both_roles_change_together(installation: Rehearsal) -> None:
    account = installation.account(shared_contact=True)
    run_id, kind = ask(installation, account)
    assert kind == "shared-contact"
    assert ended(answer(installation, run_id, "change-both")) == ("proved", 0)
    assert installation.written(account) == PLAIN


@pytest.mark.rule("S2", "S6")
def test_billing_splits_the_contact_and_the_run_goes_on(installation: Rehearsal) -> None:
    account = installation.account(shared_contact=True)
    run_id, _ = ask(installation, account)
    report = answer(installation, run_id, "must-be-separate", by="kim")
    assert (report["question"]["kind"], report["exit_code"]) == ("with-billing", 7)
    assert installation.writes(account) == []

    report = answer(installation, run_id, "billing-done")
    assert report["question"]["kind"] == "shared-contact", "nothing was split yet"
    answer(installation, run_id, "must-be-separate")

    bill_to = Billing(installation).split(account)
    assert ended(answer(installation, run_id, "billing-done")) == ("proved", 0)
    zuora = installation.truth(account)["zuora"]
    assert zuora["bill_to"]["id"] == bill_to
    assert zuora["bill_to"]["work_email"] == "berta@billing.example"


@pytest.mark.rule("S2")
@pytest.mark.parametrize("answers", [["stop"], ["must-be-separate", "leave"]])
def test_a_shared_contact_stays_as_it_is(installation: Rehearsal, answers: list[str]) -> None:
    account = installation.account(shared_contact=True)
    run_id, _ = ask(installation, account)
    for given in answers:
        report = answer(installation, run_id, given)
    assert ended(report) == ("cancelled", 9)
    assert installation.writes(account) == []


# a membership elsewhere (A6), and the last one there (R5)


def elsewhere(installation: Rehearsal, *, others: bool) -> tuple[dict[str, Any], str]:
    """An account whose new contact manages another one, alone or with others; and that one's id."""
    account = installation.account(new_person="member-elsewhere")
    [held] = customersdot().memberships_of_customer(str(account["new"]["customer_id"]))
    if others:
        add_member(installation.account()["new"], held.billing_account_id)
    return account, held.billing_account_id


@pytest.mark.rule("A6", "R4")
def test_a_membership_elsewhere_is_given_up(installation: Rehearsal) -> None:
    account, there = elsewhere(installation, others=True)
    run_id, kind = ask(installation, account)
    assert kind == "member-elsewhere"
    assert ended(answer(installation, run_id, "gives-it-up")) == ("proved", 0)
    assert installation.written_by(run_id) == [REMOVED, *PLAIN]
    left = [m.customer_id for m in customersdot().memberships_of_billing_account(there)]
    assert len(left) == 1
    assert str(account["new"]["customer_id"]) not in left


@pytest.mark.rule("A6", "R5")
def test_the_only_member_elsewhere_gives_it_up(installation: Rehearsal) -> None:
    account, there = elsewhere(installation, others=False)
    run_id, _ = ask(installation, account)
    report = answer(installation, run_id, "gives-it-up")
    assert report["question"]["kind"] == "last-member"
    assert ended(answer(installation, run_id, "leave-empty")) == ("proved", 0)
    assert customersdot().memberships_of_billing_account(there) == []


@pytest.mark.rule("A6", "R5")
@pytest.mark.parametrize("answers", [["stop"], ["gives-it-up", "stop"]])
def test_a_membership_elsewhere_is_kept(installation: Rehearsal, answers: list[str]) -> None:
    account, there = elsewhere(installation, others=False)
    run_id, _ = ask(installation, account)
    for given in answers:
        report = answer(installation, run_id, given)
    assert ended(report) == ("cancelled", 9)
    assert len(customersdot().memberships_of_billing_account(there)) == 1


@pytest.mark.parametrize("before", [[], ["gives-it-up"]])
def test_a_membership_elsewhere_that_ended_meanwhile(
    installation: Rehearsal, before: list[str]
) -> None:
    account, _ = elsewhere(installation, others=False)
    run_id, _ = ask(installation, account)
    for given in before:
        answer(installation, run_id, given)
    remove_member(account["new"])
    assert ended(answer(installation, run_id, "plan-anew")) == ("proved", 0)


def test_the_account_that_is_given_up_is_held(installation: Rehearsal) -> None:
    """A run of the other account refuses, and names this one."""
    account, there = elsewhere(installation, others=True)
    other = customersdot().billing_account(there)
    assert other is not None
    there = installation.control("GET", f"accounts/{other.zuora_account_number}")
    waiting = {
        **installation.account(),
        "account_number": other.zuora_account_number,
        "sold_to": {"email": there["zuora"]["sold_to"]["work_email"]},
    }
    first, _ = ask(installation, waiting, evidence=unseen(waiting, "V1"))
    run_id, _ = ask(installation, account)
    report = answer(installation, run_id, "gives-it-up")
    assert (report["exit_code"], report["reason"]) == (6, "locked")
    assert first in report["summary"]
    assert installation.writes(account) == []


# the login (L1, L3)


@pytest.mark.rule("L1")
@pytest.mark.parametrize(
    ("given", "result"), [("activate", ("proved", 0)), ("stop", ("cancelled", 9))]
)
def test_a_login_that_was_switched_off_on_purpose(
    installation: Rehearsal, given: str, result: tuple[str, int]
) -> None:
    account = installation.account(login_history="off-later")
    run_id, kind = ask(installation, account)
    assert kind == "login-disabled-on-purpose"
    assert ended(answer(installation, run_id, given)) == result
    assert bool(installation.writes(account)) == (given == "activate")


@pytest.mark.rule("L3", "G2")
@pytest.mark.parametrize("order", [{"sold_to_customer": False}, {"sold_to_member": False}])
@pytest.mark.parametrize(
    ("given", "result"), [("go-on", ("proved", 0)), ("stop", ("cancelled", 9))]
)
def test_nobody_can_be_saved_last(
    installation: Rehearsal, order: dict[str, Any], given: str, result: tuple[str, int]
) -> None:
    account = installation.account(login_activated=False, **order)
    run_id, kind = ask(installation, account)
    assert kind == "nobody-to-save-last"
    assert ended(answer(installation, run_id, given)) == result
    assert bool(installation.writes(account)) == (given == "go-on")


# an account that may only read, and a session that nobody can renew


def as_somebody(email: str, password: str) -> dict[str, str]:
    """The settings with another operator account."""
    return {"CUSTOMERSDOT_EMAIL": email, "CUSTOMERSDOT_PASSWORD": password}


READ_ONLY = as_somebody("readonly@handover.example", "sandbox-readonly")


def test_an_account_that_may_not_write_is_found_out_before_the_first_write(
    redis_server: RedisServer,
) -> None:
    """It is asked to sign in as one that may; then the run goes on for all workers."""
    with rehearsal(redis_server, env=READ_ONLY) as made:
        made.add_worker().wait_ready()
        account = made.account()
        run_id, kind = ask(made, account)
        report = handover.report(run_id)
        assert (kind, report["exit_code"]) == ("sign-in", 4)
        assert "may not" in report["question"]["text"]
        assert "handover signin" in report["question"]["text"]
        assert made.writes(account) == []
        signed_in = handover.sign_in(
            email=made.sandbox.env["CUSTOMERSDOT_EMAIL"],
            password=made.sandbox.env["CUSTOMERSDOT_PASSWORD"],
        )
        assert run_id in signed_in["answered"]
        assert ended(made.wait(run_id)) == ("proved", 0)


@pytest.mark.parametrize(("given", "result"), [("leave", ("failed", 1)), ("signed-in", None)])
def test_without_a_password_somebody_has_to_sign_in(
    redis_server: RedisServer, given: str, result: tuple[str, int] | None
) -> None:
    with rehearsal(redis_server, env=as_somebody("", "")) as made:
        made.add_worker().wait_ready()
        account = made.account()
        run_id, kind = ask(made, account)
        assert kind == "sign-in"
        report = answer(made, run_id, given)
        assert made.writes(account) == []
        if result:
            assert ended(report) == result
        else:
            assert report["question"]["kind"] == "sign-in", "nobody has signed in"


# a run that began before A6 had a step of its own


@pytest.fixture
def earlier_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are opened as they were before the upgrade; the workers are of today."""
    monkeypatch.setattr(api, "canvas_for", lambda workflow: canvas_for(workflow, 1))


@pytest.mark.usefixtures("earlier_version")
def test_a_run_of_an_earlier_version_keeps_its_order(installation: Rehearsal) -> None:
    account = installation.account()
    report = installation.wait(installation.start(account))
    assert report["result"] == "proved"
    assert len(report["steps"]) == 8
    assert installation.written(account) == PLAIN


@pytest.mark.usefixtures("earlier_version")
def test_a_run_of_an_earlier_version_does_not_leave_out_what_it_can_not_do(
    installation: Rehearsal,
) -> None:
    account, _ = elsewhere(installation, others=True)
    run_id, _ = ask(installation, account)
    report = answer(installation, run_id, "gives-it-up")
    assert (*ended(report), report["reason"]) == ("refused", 3, "earlier-version")
    assert installation.written_by(run_id) == []
