"""Whether both systems agree about an account's Sold To (D1), and what was proved still holds (D2).

Pure comparison: what was read comes in, facts go out. Members other than the Sold To are normal.
"""

from typing import Any

from domain.changes import differing, matches, matches_any
from domain.drift import normal
from domain.drift.differences import Sides
from domain.masking import mask_state
from domain.records import Customer, Record, State, ZuoraContact
from domain.snapshot import contact_record_state

__all__ = ["Fact", "Sides", "agreement"]


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


def agreement(sides: Sides, email: str | None = None) -> tuple[Fact, ...]:
    """The facts of D1. `email` is who the Sold To should be, where somebody has said so.

    All of them hold where `domain.drift.differences` finds nothing in an active account.
    """
    sold_to = sides.account.sold_to
    facts = [_billing_account(sides), _managed(sides), _copy(sides), _customer(sides)]
    if sides.customer is not None:
        facts += [
            _same_name(sold_to, sides.customer),
            _settled(sides.customer),
            _can_sign_in(sides.customer),
            _member(sides, sides.customer),
        ]
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
        contact_record_state(copy) if copy else {},
        contact_record_state(sides.account.sold_to),
    )


def _customer(sides: Sides) -> Fact:
    found, email = sides.customers, sides.account.sold_to.work_email
    return _expect(
        "customer-with-sold-to-email",
        "one Customer has the Sold To's email address",
        {"email": found[0].email, "customers": len(found)} if found else {},
        {"email": email, "customers": 1},
    )


def _same_name(sold_to: ZuoraContact, customer: Customer) -> Fact:
    title = "that Customer has the Sold To's name"
    return _expect("customer-name", title, _name(customer), _name(sold_to))


def _settled(customer: Customer) -> Fact:
    title = "that Customer waits to confirm no other email address"
    found: State = {"unconfirmed_email": customer.unconfirmed_email}
    return _expect("customer-email-confirmed", title, found, {"unconfirmed_email": ""})


def _can_sign_in(customer: Customer) -> Fact:
    title = "that Customer can sign in"
    found: State = {"login_activated": customer.login_activated}
    return _expect("customer-login", title, found, {"login_activated": True})


def _member(sides: Sides, customer: Customer) -> Fact:
    billing = sides.billing_accounts
    title = (
        f"that Customer manages billing account {' or '.join(one.id for one in billing)}"
        if billing
        else "CustomersDot has a billing account for it, which that Customer manages"
    )
    wanted: State = {"customer_id": customer.id}
    return _expect("sold-to-is-member", title, wanted if sides.manages(customer) else {}, wanted)


def _billing_account(sides: Sides) -> Fact:
    title = "CustomersDot has one billing account for it"
    found: State = {"billing_accounts": len(sides.billing_accounts)}
    return _expect("billing-account", title, found, {"billing_accounts": 1})


def _managed(sides: Sides) -> Fact:
    title = "somebody manages it"
    found: State = {"managed": bool(sides.members)}
    return _expect("somebody-manages", title, found, {"managed": True})


def _name(person: Customer | ZuoraContact) -> State:
    return {"first_name": person.first_name, "last_name": person.last_name}


def _expect(name: str, title: str, found: State, wanted: State) -> Fact:
    """Where the two mean the same to drift, what was found is allowed as it is written."""
    means_the_same = bool(found) == bool(wanted) and not normal.differing(found, wanted)
    allowed = (wanted, found) if means_the_same and not matches(found, wanted) else (wanted,)
    return Fact(name=name, title=title, found=found, allowed=allowed)
