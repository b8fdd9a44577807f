"""Ownership verification, whatever is combined: accepted exactly where V1 and V3 say so."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.evidence import EvidenceFacts, decide
from domain.records import ZuoraInvoice
from domain.requests import ContactApproval, InvoiceProof
from tests.unit.domain.worlds import BILL_TO, SOLD_TO, account, contact, subscription

EMAILS = st.sampled_from(["olga@old.test", "OLGA@OLD.TEST", "bill@pay.test", "nina@new.test"])
INVOICES = st.builds(
    ZuoraInvoice,
    id=st.just("i1"),
    number=st.just("INV1"),
    date=st.dates(date(2022, 1, 1), date(2026, 6, 15)).map(str),
    status=st.sampled_from(["Posted", "Draft", "Canceled", "Error"]),
    account_id=st.sampled_from(["acc-1", "acc-2"]),
)
RESOLD = subscription(invoice_owner_number="A00000777")
FACTS = st.builds(
    EvidenceFacts,
    account=st.builds(
        lambda sold_to, bill_to, shared: account(
            contact(SOLD_TO, work_email=sold_to),
            contact(SOLD_TO, work_email=sold_to)
            if shared
            else contact(BILL_TO, work_email=bill_to),
        ),
        EMAILS,
        EMAILS,
        st.booleans(),
    ),
    subscriptions=st.sampled_from([(), (subscription(),), (subscription(), RESOLD), (RESOLD,)]),
    invoice=st.none() | INVOICES,
    today=st.dates(date(2025, 1, 1), date(2026, 6, 15)),
)


@given(EMAILS, FACTS)
def test_an_approval_counts_exactly_if_it_is_the_sold_tos(by: str, facts: EvidenceFacts) -> None:
    evidence = ContactApproval(kind="contact-approval", approver_email=by, comment="1")
    expected = by.lower() == facts.account.sold_to.work_email.lower()
    assert accepted(evidence, facts) == ("V1" if expected else None)


@given(FACTS)
def test_an_invoice_counts_exactly_if_all_of_v3_holds(facts: EvidenceFacts) -> None:
    evidence = InvoiceProof(kind="invoice", invoice="INV1", document="x")
    invoice = facts.invoice
    expected = (
        RESOLD not in facts.subscriptions
        and invoice is not None
        and invoice.account_id == "acc-1"
        and invoice.status == "Posted"
        and _months_are_at_most_twelve(date.fromisoformat(invoice.date), facts.today)
        and (date.fromisoformat(invoice.date) - facts.today).days <= 1
    )
    assert accepted(evidence, facts) == ("V3" if expected else None)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_a_younger_invoice_never_counts_less(today: date, age: int) -> None:
    """Where an invoice counts, one that is a day younger counts too."""
    evidence = InvoiceProof(kind="invoice", invoice="INV1", document="x")
    older, younger = (_facts_of(today, today - timedelta(days=age - d)) for d in (0, 1))
    if age > 0 and accepted(evidence, older):
        assert accepted(evidence, younger) == "V3"


def accepted(evidence: ContactApproval | InvoiceProof, facts: EvidenceFacts) -> str | None:
    """The rule that accepts, or None."""
    try:
        return decide(evidence, facts)
    except Refused:
        return None


def _months_are_at_most_twelve(invoiced: date, today: date) -> bool:
    """Counted in another way than the code does: by year, month and day as numbers."""
    lived = (today.year - invoiced.year) * 10_000 + (today.month - invoiced.month) * 100
    lived += today.day - invoiced.day
    leap_day = (today.month, today.day) == (2, 29)
    return lived <= (10_001 if leap_day and (invoiced.month, invoiced.day) == (2, 28) else 10_000)


def _facts_of(today: date, invoiced: date) -> EvidenceFacts:
    invoice = ZuoraInvoice(
        id="i", number="INV1", date=str(invoiced), status="Posted", account_id="acc-1"
    )
    return EvidenceFacts(account=account(), invoice=invoice, today=today)
