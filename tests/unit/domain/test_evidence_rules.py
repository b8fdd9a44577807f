"""Who may approve (V1) and which of a customer's invoices counts (V3)."""

from datetime import date
from typing import Any

import pytest

from domain.errors import Refused
from domain.evidence import EvidenceFacts, confirmation, decide
from domain.records import ZuoraInvoice
from domain.requests import ContactApproval, Evidence, InvoiceProof
from tests.unit.domain.worlds import BILL_TO, SOLD_TO, account, contact, subscription

RESOLD = (subscription(id="s2", invoice_owner_number="A00000777"),)
TODAY = date(2026, 6, 15)
INVOICE_PROOF = InvoiceProof(kind="invoice", invoice="INV1", document="attachment 3")


def approval(by: str) -> ContactApproval:
    """An approval that is said to come from an address."""
    return ContactApproval(kind="contact-approval", approver_email=by, comment="81")


def invoice(**changed: Any) -> ZuoraInvoice:
    """A recent, posted invoice on the account."""
    fields = {
        "id": "i1",
        "number": "INV1",
        "date": "2026-05-01",
        "status": "Posted",
        "account_id": "acc-1",
    }
    return ZuoraInvoice(**{**fields, **changed})


def facts(**changed: Any) -> EvidenceFacts:
    """What Zuora says about the account of these worlds."""
    fields: dict[str, Any] = {
        "account": account(),
        "subscriptions": (subscription(),),
        "invoice": invoice(),
        "today": TODAY,
    }
    return EvidenceFacts(**{**fields, **changed})


def rule_of(evidence: Evidence, given: EvidenceFacts) -> str:
    """The rule by which it is accepted."""
    return decide(evidence, given).rule


def refusal(evidence: Evidence, given: EvidenceFacts) -> tuple[str, str]:
    """Rule and code of the refusal."""
    with pytest.raises(Refused) as caught:
        decide(evidence, given)
    assert f"({caught.value.rule})" in str(caught.value)
    assert "Accepted instead: " in str(caught.value)
    return caught.value.rule, caught.value.code


@pytest.mark.parametrize("by", ["olga@old.test", "OLGA@Old.test", " olga@old.test "])
def test_the_sold_to_may_approve(by: str) -> None:
    assert rule_of(approval(by), facts()) == "V1"


def test_a_subscription_with_a_sold_to_of_its_own_is_known() -> None:
    own = subscription(number="A-S2", sold_to_id="z9")
    unsaid = subscription(number="A-S3", sold_to_id="")
    assert facts(subscriptions=(subscription(), own, unsaid)).own_sold_to == ("A-S2",)


def test_the_bill_to_alone_may_not_approve() -> None:
    assert refusal(approval("bill@pay.test"), facts()) == ("V1", "approval-by-bill-to")


def test_nobody_else_may_approve() -> None:
    assert refusal(approval("nina@new.test"), facts()) == ("V1", "approval-by-stranger")


def test_one_person_in_both_roles_approves_as_the_sold_to() -> None:
    shared = facts(account=account(SOLD_TO, SOLD_TO))
    assert rule_of(approval("olga@old.test"), shared) == "V1"
    twice = facts(account=account(SOLD_TO, contact(BILL_TO, work_email="olga@old.test")))
    assert rule_of(approval("olga@old.test"), twice) == "V1"


def test_an_approval_counts_through_a_reseller_too() -> None:
    assert rule_of(approval("olga@old.test"), facts(subscriptions=RESOLD)) == "V1"


def test_a_lookalike_of_the_sold_to_may_not_approve() -> None:
    sold_to = contact(SOLD_TO, work_email="info@straße.test")
    lookalike = facts(account=account(sold_to))
    assert refusal(approval("info@strasse.test"), lookalike) == ("V1", "approval-by-stranger")


def test_a_recent_posted_invoice_on_the_account_counts() -> None:
    assert rule_of(INVOICE_PROOF, facts()) == "V3"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"subscriptions": RESOLD}, "invoice-of-reseller-customer"),
        ({"invoice": None}, "invoice-not-on-account"),
        ({"invoice": invoice(account_id="acc-2")}, "invoice-not-on-account"),
        ({"invoice": invoice(status="Draft")}, "invoice-not-posted"),
        ({"invoice": invoice(status="Canceled")}, "invoice-not-posted"),
        ({"invoice": invoice(date="2025-06-14")}, "invoice-too-old"),
    ],
)
def test_any_other_invoice_does_not(changed: dict[str, Any], code: str) -> None:
    assert refusal(INVOICE_PROOF, facts(**changed)) == ("V3", code)


def test_a_reseller_is_named_first_because_no_other_invoice_would_help() -> None:
    given = facts(subscriptions=RESOLD, invoice=None)
    assert refusal(INVOICE_PROOF, given) == ("V3", "invoice-of-reseller-customer")


@pytest.mark.parametrize(
    ("today", "oldest", "too_old"),
    [
        (date(2026, 6, 15), "2025-06-15", "2025-06-14"),
        (date(2026, 1, 1), "2025-01-01", "2024-12-31"),
        (date(2026, 12, 31), "2025-12-31", "2025-12-30"),
        (date(2028, 2, 29), "2027-02-28", "2027-02-27"),
        (date(2029, 2, 28), "2028-02-28", "2028-02-27"),
        (date(2029, 3, 1), "2028-03-01", "2028-02-29"),
    ],
)
def test_twelve_months_end_on_the_same_day_a_year_ago(
    today: date, oldest: str, too_old: str
) -> None:
    assert rule_of(INVOICE_PROOF, facts(today=today, invoice=invoice(date=oldest))) == "V3"
    late = facts(today=today, invoice=invoice(date=too_old))
    assert refusal(INVOICE_PROOF, late) == ("V3", "invoice-too-old")


def test_an_invoice_of_29_february_counts_until_28_february_of_the_next_year() -> None:
    leap = invoice(date="2028-02-29")
    assert rule_of(INVOICE_PROOF, facts(today=date(2029, 2, 28), invoice=leap)) == "V3"


def test_a_time_of_day_behind_the_date_does_not_matter() -> None:
    timed = invoice(date="2025-06-15T00:00:00.000-08:00")
    assert rule_of(INVOICE_PROOF, facts(invoice=timed)) == "V3"


def test_a_date_of_tomorrow_counts_because_the_tenant_may_be_ahead() -> None:
    assert rule_of(INVOICE_PROOF, facts(invoice=invoice(date="2026-06-16"))) == "V3"


def test_a_second_person_is_asked_what_no_machine_saw() -> None:
    accepted = decide(INVOICE_PROOF, facts())
    asked = confirmation(accepted, "evidence-1")
    assert asked.second_person
    assert [a.id for a in asked.answers] == ["confirmed", "not-confirmed", "escalate"]
    assert (asked.rule, asked.key) == ("V3", "evidence-seen:evidence-1")
    assert all(clause in asked.text for clause in accepted.unseen)


def test_the_question_names_no_email() -> None:
    assert "olga" not in confirmation(decide(approval("olga@old.test"), facts()), "1").text
