"""The request that would fix a finding: one side's words for the account's Sold To (S)."""

from typing import Any, Literal

from domain.drift.differences import Sides
from domain.drift.kinds import Kind
from domain.drift.normal import differing
from domain.errors import Refused
from domain.records import Address, State
from domain.snapshot import contact_record_state

Side = Literal["zuora", "customersdot"]
KEEPS: dict[Kind, tuple[Side, ...]] = {
    Kind.CONTACT_DIFFERS: ("zuora", "customersdot"),
    Kind.CUSTOMER_DIFFERS: ("customersdot",),
}
"""The kinds that an update of the contact on record can fix, with the sides that can be kept.

A Customer who is named otherwise keeps that name: no workflow writes a Customer's name alone.
"""

_IN_A_REQUEST = {"work_email": "email"}
_POSTAL = frozenset(Address.model_fields)


def wanted(kind: Kind, sides: Sides, keep: Side) -> State:
    """The fields of the contact on record that shall say something else, with what they shall say.

    Empty if both sides agree by now. Raises Refused where a side is missing, or a field would have
    to be emptied, which no request can ask for.
    """
    zuora = contact_record_state(sides.account.sold_to)
    customersdot = _customersdot(kind, sides)
    kept, other = (zuora, customersdot) if keep == "zuora" else (customersdot, zuora)
    fields = {name: kept[name] for name in differing(other, kept)}
    if empty := [name for name, value in fields.items() if not value]:
        raise Refused(
            f"On the side that is kept ({keep}) nothing stands in {', '.join(empty)}, and no"
            " workflow can empty a field. Keep the other side, or hand over to Billing.",
            rule="S3",
            code="would-be-emptied",
        )
    if "country" in fields and kept.get("state"):  # Zuora taxes by both
        fields["state"] = kept["state"]
    return fields


def is_about(kind: Kind, subject: str, sides: Sides) -> bool:
    """Whether a finding's subject is who the account's Sold To, or their Customer, is by now."""
    if kind is not Kind.CUSTOMER_DIFFERS:
        return subject == sides.account.sold_to.id
    return sides.customer is None or subject == sides.customer.id


def as_contact(fields: State) -> dict[str, Any]:
    """These fields as a request for `update-sold-to` has them."""
    address = {name: value for name, value in fields.items() if name in _POSTAL}
    person = {_IN_A_REQUEST.get(n, n): v for n, v in fields.items() if n not in _POSTAL}
    return {**person, **({"address": address} if address else {})}


def _customersdot(kind: Kind, sides: Sides) -> State:
    if kind is Kind.CUSTOMER_DIFFERS:
        found = sides.customer
        if found is None:
            raise Refused(
                "Not exactly one Customer has the Sold To's email by now.",
                code="no-customer",
            )
        return {"first_name": found.first_name, "last_name": found.last_name}
    copy = sides.copy_of_sold_to
    if copy is None:
        raise Refused(
            "CustomersDot has no copy of the account's Sold To any more. Hand over to Billing.",
            rule="S1",
            code="no-contact-copy",
        )
    return contact_record_state(copy)
