"""Ownership verification, whatever is combined: accepted exactly where the table of V says so."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import EvidenceFacts, decide
from domain.records import ZuoraInvoice
from domain.requests import ContactApproval, InvoiceProof
from tests.unit.domain.evidence_worlds import GIVEN, NEVER, World, accepted_by, evidence
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
RESOLD = subscription(number="A-S2", invoice_owner_number="A00000777")
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
WORLDS = st.builds(
    World,
    roles=st.sampled_from(["sold-to", "bill-to", "both", "neither"]),
    reseller=st.booleans(),
    activated=st.sampled_from([True, False, None]),
    saas=st.sampled_from([True, False, None]),
)


def by_the_table(proof: str, world: World) -> str | None:
    """The rule that accepts a proof whose papers are in order: the table of V, written anew."""
    olga_is_sold_to = world.roles in ("sold-to", "both")
    bill_is_sold_to = world.roles == "bill-to"
    table = {
        "sold-to approves": ("V1", olga_is_sold_to),
        "bill-to approves": ("V1", bill_is_sold_to),
        "stranger approves": ("V1", False),
        "contract": ("V2", True),
        "invoice": ("V3", not world.reseller),
        "reseller's invoice": ("V3", world.reseller and world.activated is not False),
        "licence": ("V4", world.saas is not True),
        "namespace": ("V5", world.saas is True),
        "reseller vouches": ("V6", world.reseller and world.activated is not True),
        "reseller vouches by ticket": ("V6", world.reseller and world.activated is not True),
        **dict.fromkeys(NEVER, ("V7", False)),
    }
    rule, counts = table[proof]
    return rule if counts else None


@pytest.mark.rule("V1", "V2", "V3", "V4", "V5", "V6", "V7")
@given(st.sampled_from(sorted(GIVEN)), WORLDS)
def test_a_proof_counts_exactly_where_the_table_says_so(proof: str, world: World) -> None:
    assert accepted_by(evidence(proof), world.facts()) == by_the_table(proof, world)


@pytest.mark.rule("V1", "V2", "V3", "V4", "V5", "V6", "V7")
def test_and_that_in_every_combination_there_is() -> None:
    """The same, exhaustively: 14 proofs in 72 worlds."""
    unsure = (True, False, None)
    roles = ("sold-to", "bill-to", "both", "neither")
    for proof, one, *rest in product(GIVEN, roles, (True, False), unsure, unsure):
        world = World(one, *rest)
        found = accepted_by(evidence(proof), world.facts())
        assert found == by_the_table(proof, world), (proof, world)


@given(st.sampled_from(sorted(GIVEN)), WORLDS)
def test_what_no_machine_saw_is_always_confirmed_by_somebody(proof: str, world: World) -> None:
    """Only a decoded licence and a compared namespace need nobody: there the machine saw all."""
    if by_the_table(proof, world) is not None:
        unseen = decide(evidence(proof), world.facts()).unseen
        assert bool(unseen) == (proof not in ("licence", "namespace"))
        assert "@" not in "".join(unseen)


@given(st.sampled_from(sorted(GIVEN)), WORLDS)
def test_a_ticket_system_that_nobody_can_read_refuses_nothing(proof: str, world: World) -> None:
    """It leaves more to be confirmed, and never less."""
    blind = world.facts(comments=(), opened_by=None)
    assert accepted_by(evidence(proof), blind) == by_the_table(proof, world)
    if by_the_table(proof, world) is not None:
        seeing = decide(evidence(proof), world.facts()).unseen
        assert set(seeing) <= set(decide(evidence(proof), blind).unseen)


@pytest.mark.rule("V1")
@given(EMAILS, FACTS)
def test_an_approval_counts_exactly_if_it_is_the_sold_tos(by: str, facts: EvidenceFacts) -> None:
    approval = ContactApproval(kind="contact-approval", approver_email=by, comment="1")
    expected = by.lower() == facts.account.sold_to.work_email.lower()
    assert accepted_by(approval, facts) == ("V1" if expected else None)


@pytest.mark.rule("V3")
@given(FACTS)
def test_an_invoice_counts_exactly_if_all_of_v3_holds(facts: EvidenceFacts) -> None:
    proof = InvoiceProof(kind="invoice", invoice="INV1", document="x")
    invoice = facts.invoice
    expected = (
        RESOLD not in facts.subscriptions
        and invoice is not None
        and invoice.account_id == "acc-1"
        and invoice.status == "Posted"
        and _months_are_at_most_twelve(date.fromisoformat(invoice.date), facts.today)
        and (date.fromisoformat(invoice.date) - facts.today).days <= 1
    )
    assert accepted_by(proof, facts) == ("V3" if expected else None)


@pytest.mark.rule("V3")
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-400, 400))
def test_a_younger_invoice_never_counts_less(today: date, age: int) -> None:
    """Where an invoice counts, one that is a day younger counts too."""
    proof = InvoiceProof(kind="invoice", invoice="INV1", document="x")
    older, younger = (_facts_of(today, today - timedelta(days=age - d)) for d in (0, 1))
    if age > 0 and accepted_by(proof, older):
        assert accepted_by(proof, younger) == "V3"


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
