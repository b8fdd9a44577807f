"""What must be true when a contact has changed (C7): the expectations of its plan."""

from domain.plan import Expectation
from domain.records import Customer, State
from domain.requests import ChangeContact
from domain.snapshot import Elsewhere, Pinned, Snapshot, members_of, members_state


def wanted_contact(request: ChangeContact) -> State:
    """The Sold To as the request wants it."""
    contact = request.new_contact
    return {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "work_email": contact.email,
    }


def expectations(
    now: Snapshot,
    pinned: Pinned,
    new: Customer,
    wanted: State,
    members: list[str],
    bill_to: list[State],
) -> tuple[Expectation, ...]:
    """What the proof looks at, once `members` manage the account and one of `bill_to` is right."""
    old = pinned.customer
    return (
        _expect("zuora-sold-to", "Zuora's Sold To is the new contact", wanted),
        _expect("zuora-bill-to", "Zuora's Bill To is as planned", *bill_to),
        _expect("sold-to-copy", "CustomersDot's copy of the Sold To agrees", wanted),
        _expect("members", "the members are as planned", members_state(members)),
        _expect("login-of-new-contact", "the new contact can sign in", {"login_activated": True}),
        _expect(
            "customer-with-new-email",
            "the new contact's Customer is the same record",
            {"id": new.id},
        ),
        _expect(
            "customer-with-original-email",
            "no Customer appeared for the original Sold To",
            {"id": old.id} if old else {},
        ),
        *(_others_stay(new, other) for other in now.elsewhere),
    )


def _others_stay(new: Customer, other: Elsewhere) -> Expectation:
    account = other.billing_account.id
    rest = [m.customer_id for m in other.members if m.customer_id != new.id]
    title = f"the other members of billing account {account} are as they were"
    return _expect(members_of(account), title, members_state(rest))


def _expect(name: str, title: str, *allowed: State) -> Expectation:
    return Expectation(name=name, title=title, allowed=allowed)
