"""What must be true when a workflow is done (C7): the expectations of its plan."""

from collections.abc import Iterator

from domain.addresses import POSTAL_FIELDS
from domain.mailboxes import as_known
from domain.plan import Expectation
from domain.plans.contacts import ROLES, WORDS, Role, named, original
from domain.plans.draft import Draft
from domain.records import Customer, State
from domain.requests import NewContact
from domain.snapshot import (
    Elsewhere,
    address_state,
    contact_state,
    customer_as_contact,
    members_of,
    members_state,
)


def wanted_contact(contact: NewContact, customer: Customer | None = None) -> State:
    """The Sold To as a request wants it; the email as their own Customer has it."""
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "work_email": as_known(contact.email, customer.email) if customer else contact.email,
    }


def contact_records(draft: Draft, roles: tuple[Role, ...], wanted: State) -> Iterator[Expectation]:
    """Each field asked for of each role (S5); the role that was not asked for is untouched."""
    address: State = {name: value for name, value in wanted.items() if name in POSTAL_FIELDS}
    for role in ROLES:
        was, words = original(draft.pinned, role), WORDS[role]
        changes = role in roles
        says = named(was, wanted) if changes else contact_state(was)
        there = address if changes else address_state(was)
        title = f"Zuora's {words} says what was asked for" if changes else f"Zuora's {words} stays"
        yield expect(f"zuora-{role}", title, says)
        if there:
            yield expect(f"zuora-{role}-address", f"{title}, postal address included", there)
        if changes or role == "sold-to":
            agrees = f"CustomersDot's copy of the {words} agrees"
            yield expect(f"{role}-copy", agrees, says)
            if changes and there:
                yield expect(f"{role}-copy-address", f"{agrees} about the address", there)


def expect(name: str, title: str, *allowed: State) -> Expectation:
    """One thing that the proof looks at."""
    return Expectation(name=name, title=title, allowed=allowed)


def original_contacts(draft: Draft) -> tuple[Expectation, ...]:
    """The Sold To and the Bill To are who they were when the run began.

    Saving the Sold To's own Customer writes that Customer's names to the contact (G1).
    """
    old, sold_to = draft.pinned.customer, [contact_state(draft.pinned.contact)]
    if old and draft.saves(old):
        sold_to.append(customer_as_contact(old))
    return (
        expect("zuora-sold-to", "Zuora's Sold To is who it was", *sold_to),
        expect("zuora-bill-to", "Zuora's Bill To is who it was", *draft.bill_to),
        expect("sold-to-copy", "CustomersDot's copy of the Sold To agrees", *sold_to),
    )


def new_sold_to(draft: Draft, wanted: State) -> tuple[Expectation, ...]:
    """The Sold To is the new contact, and the Bill To is as planned."""
    return (
        expect("zuora-sold-to", "Zuora's Sold To is the new contact", wanted),
        expect("zuora-bill-to", "Zuora's Bill To is as planned", *draft.bill_to),
        expect("sold-to-copy", "CustomersDot's copy of the Sold To agrees", wanted),
    )


def members_as_planned(draft: Draft) -> Expectation:
    """Exactly the planned Customers manage the billing account."""
    return expect("members", "the members are as planned", members_state(draft.members))


def can_sign_in(draft: Draft) -> Expectation:
    """The login of the Customer whom the workflow is about is on."""
    title = f"{draft.whom} can sign in"
    return expect("login-of-new-contact", title, {"login_activated": True})


def same_customer(draft: Draft, subject: Customer) -> Expectation:
    """Nobody else got the Customer record whom the workflow is about."""
    title = f"{draft.whom}'s Customer is the same record"
    return expect("customer-with-new-email", title, {"id": subject.id})


def customer_appeared() -> Expectation:
    """The Customer whom CustomersDot makes for the Sold To's new email is there (G4)."""
    return expect(
        "customer-appeared", "the Customer that was planned has appeared", {"exists": True}
    )


def no_ghost(draft: Draft) -> Expectation:
    """A late call-back brought no second Customer for the original Sold To (decision 9)."""
    old = draft.pinned.customer
    title = "no Customer appeared for the original Sold To"
    return expect("customer-with-original-email", title, {"id": old.id} if old else {})


def no_unplanned_customer(draft: Draft) -> Iterator[Expectation]:
    """As `no_ghost`, unless the plan itself brings the original Sold To a Customer (G4)."""
    if draft.pinned.customer or not draft.writes_sold_to_back:
        yield no_ghost(draft)


def others_elsewhere_stay(draft: Draft, subject: Customer) -> tuple[Expectation, ...]:
    """Who else manages an account that the subject gave up, still does (A6)."""
    return tuple(_others_stay(subject, other) for other in draft.now.elsewhere)


def _others_stay(subject: Customer, other: Elsewhere) -> Expectation:
    account = other.billing_account.id
    rest = [m.customer_id for m in other.members if m.customer_id != subject.id]
    title = f"the other members of billing account {account} are as they were"
    return expect(members_of(account), title, members_state(rest))
