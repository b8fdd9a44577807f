"""Whether both systems agree about an account's Sold To (D1), and what was proved still holds (D2).

Pure comparison: what was read comes in, facts go out. Members other than the Sold To are normal.
"""

from typing import Any

from domain.changes import differing, matches_any
from domain.masking import mask_state
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
    Record,
    State,
    ZuoraAccount,
    ZuoraContact,
)
from domain.snapshot import contact_state


class Fact(Record):
    """One thing that was looked at: what was found, and which states it may be in."""

    name: str
    title: str
    found: State
    allowed: tuple[State, ...]

    @property
    def holds(self) -> bool:
        """Whether what was found is allowed."""
        return matches_any(self.found, self.allowed)

    def outline(self) -> dict[str, Any]:
        """The fact for people: masked, with the fields that differ from the first allowed state."""
        wanted = self.allowed[0] if self.allowed else {}
        differs = [] if self.holds else list(differing(self.found, wanted))
        return {
            "fact": self.name,
            "title": self.title,
            "holds": self.holds,
            "found": mask_state(self.found),
            "expected": [mask_state(state) for state in self.allowed],
            "differs": differs,
        }


class Sides(Record):
    """What both systems say about one account's Sold To at one moment."""

    account: ZuoraAccount
    billing_account: BillingAccount | None
    copy_of_sold_to: BillingAccountContact | None
    customer: Customer | None
    members: tuple[Membership, ...]


def agreement(sides: Sides, email: str | None = None) -> tuple[Fact, ...]:
    """The facts of D1. `email` is who the Sold To should be, where somebody has said so."""
    sold_to = sides.account.sold_to
    facts = [_copy(sides), _customer(sides)]
    if sides.customer is not None:
        facts += [_same_name(sold_to, sides.customer), _member(sides, sides.customer)]
    if email is not None:
        title = "Zuora's Sold To has the email address that was given"
        found: State = {"work_email": sold_to.work_email}
        facts.insert(0, _expect("sold-to-email", title, found, {"work_email": email}))
    return tuple(facts)


def _copy(sides: Sides) -> Fact:
    copy = sides.copy_of_sold_to
    return _expect(
        "sold-to-copy",
        "CustomersDot's copy of the Sold To says the same as Zuora",
        contact_state(copy) if copy else {},
        contact_state(sides.account.sold_to),
    )


def _customer(sides: Sides) -> Fact:
    return _expect(
        "customer-with-sold-to-email",
        "a Customer has the Sold To's email address",
        {"email": sides.customer.email} if sides.customer else {},
        {"email": sides.account.sold_to.work_email},
    )


def _same_name(sold_to: ZuoraContact, customer: Customer) -> Fact:
    title = "that Customer has the Sold To's name"
    return _expect("customer-name", title, _name(customer), _name(sold_to))


def _member(sides: Sides, customer: Customer) -> Fact:
    billing = sides.billing_account
    member = any(m.customer_id == customer.id for m in sides.members)
    title = (
        f"that Customer manages billing account {billing.id}"
        if billing
        else "CustomersDot has a billing account for it, which that Customer manages"
    )
    wanted: State = {"customer_id": customer.id}
    return _expect("sold-to-is-member", title, wanted if member else {}, wanted)


def _name(person: Customer | ZuoraContact) -> State:
    return {"first_name": person.first_name, "last_name": person.last_name}


def _expect(name: str, title: str, found: State, wanted: State) -> Fact:
    return Fact(name=name, title=title, found=found, allowed=(wanted,))
