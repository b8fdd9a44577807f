"""What can be wrong between the two systems about one account, in the sandbox's own words.

Each kind alone: everything else about the account stays in agreement, as far as that is possible.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import records
from sandbox.columns import Table
from sandbox.differences.case import Case
from sandbox.people import hex_id
from sandbox.tables import (
    ACCOUNT,
    BILLING_ACCOUNT,
    CONTACT,
    CONTACT_COPY,
    CUSTOMER,
    INVOICE,
    MEMBERSHIP,
    SUBSCRIPTION,
)

Kind = Callable[[Case], None]
NAMES = ("first_name", "last_name", "both")
ADDRESSES: tuple[dict[str, Any], ...] = (
    {"address_1": "7 Otherwhere Lane"},
    {"address_2": "Third floor"},
    {"city": "Elsewhere"},
    {"postal_code": "00000"},
    {"state": "Nowhere"},
    {"country": "Austria"},
    {"address_1": "9 Farther Quay", "city": "Fartown", "postal_code": "99999"},
)


def copy_email(case: Case) -> None:
    """CustomersDot's copy of the Sold To has another address than Zuora."""
    _copy(case, _another_email(case))


def copy_name(case: Case) -> None:
    """The copy has another first name, last name or both."""
    _copy(case, _another_name(case))


def copy_address(case: Case) -> None:
    """The copy has another postal address, in one field or several."""
    _copy(case, case.one_of(ADDRESSES))


def copy_several(case: Case) -> None:
    """The copy differs in two or all three of email, name and postal address."""
    parts = [_another_email(case), _another_name(case), case.one_of(ADDRESSES)]
    if left_out := case.one_of((0, 1, 2, 3)):
        del parts[left_out - 1]
    _copy(case, {name: value for part in parts for name, value in part.items()})


def copy_behind(case: Case) -> None:
    """Zuora's Sold To has moved, and CustomersDot has never heard of it."""
    moved = {"address1": "12 Removal Road", "zip_code": "10101"}
    case.edits.change(CONTACT, case.sold_to, **moved)
    case.fields = ("address_1", "postal_code")


def copy_missing(case: Case) -> None:
    """CustomersDot has no copy of the Sold To."""
    _without_copy(case)
    case.edits.remove(CONTACT_COPY, case.copy)


def no_customer(case: Case) -> None:
    """Nobody in CustomersDot has the Sold To's address; somebody else is a member."""
    case.leave_a_colleague()
    case.edits.remove(MEMBERSHIP, case.membership)
    case.edits.remove(CUSTOMER, case.customer)


def customer_name(case: Case) -> None:
    """The Sold To's Customer has another name than Zuora's Sold To."""
    values = _another_name(case)
    case.edits.change(CUSTOMER, case.customer, **values)
    case.fields = tuple(values)


def customer_not_member(case: Case) -> None:
    """The Sold To's Customer is a member nowhere; somebody else is one here."""
    case.leave_a_colleague()
    case.edits.remove(MEMBERSHIP, case.membership)


def customer_elsewhere(case: Case) -> None:
    """The Sold To's Customer is a member of another account; somebody else is one here."""
    case.leave_a_colleague()
    other = next(case.others)
    case.edits.change(MEMBERSHIP, case.membership, billing_account_id=other.billing["id"])
    case.found |= {
        "other_account_id": other.account["id"],
        "other_billing_account_id": other.billing["id"],
    }


def nobody(case: Case) -> None:
    """The account has no member at all: its Sold To's Customer is a member nowhere."""
    for member in case.members():
        case.edits.remove(MEMBERSHIP, member)


def login_off(case: Case) -> None:
    """The Sold To's Customer may not log in: an operator has switched it off."""
    case.edits.change(CUSTOMER, case.customer, login_activated=False)


def only_in_zuora(case: Case) -> None:
    """CustomersDot knows nothing of the account; its people are Customers, but no members."""
    for member in case.members():
        case.edits.remove(MEMBERSHIP, member)
    for copy in records.find(case.db, CONTACT_COPY, zuora_account_id=case.account["id"]):
        case.edits.remove(CONTACT_COPY, copy)
    case.edits.remove(BILLING_ACCOUNT, case.billing)


def only_in_customersdot(case: Case) -> None:
    """The billing account names an account that Zuora does not have, nor anything of it."""
    of_account: tuple[Table, ...] = (SUBSCRIPTION, INVOICE, CONTACT)
    for table in of_account:
        for row in records.find(case.db, table, account_id=case.account["id"]):
            case.edits.remove(table, row)
    case.edits.remove(ACCOUNT, case.account)


def email_pending(case: Case) -> None:
    """The Sold To's Customer has asked for another address and not confirmed it."""
    case.edits.change(
        CUSTOMER,
        case.customer,
        unconfirmed_email=f"new.{case.customer['email']}",
        confirmation_token=hex_id("confirmation", str(case.customer["email"]))[:20],
        confirmation_sent_at=case.edits.stamp,
    )
    case.fields = ("unconfirmed_email",)


def two_billing_accounts(case: Case) -> None:
    """CustomersDot has a second billing account for the same account, without members."""
    values = {name: value for name, value in case.billing.items() if name != "id"}
    second = case.edits.make(BILLING_ACCOUNT, **values)
    case.found["second_billing_account_id"] = second["id"]


def two_customers(case: Case) -> None:
    """A second Customer has the Sold To's mailbox in other letters, and no membership."""
    email = str(case.customer["email"])
    kept = ("first_name", "last_name", "login_activated", "confirmed_at")
    values = {name: case.customer[name] for name in kept}
    second = case.edits.make(CUSTOMER, **values, email=email.swapcase())
    case.found["second_customer_id"] = second["id"]


KINDS: dict[str, Kind] = {
    kind.__name__.replace("_", "-"): kind
    for kind in (
        *(copy_email, copy_name, copy_address, copy_several, copy_behind, copy_missing),
        *(no_customer, customer_name, customer_not_member, customer_elsewhere, nobody, login_off),
        *(only_in_zuora, only_in_customersdot, email_pending, two_billing_accounts, two_customers),
    )
}


def _copy(case: Case, values: dict[str, Any]) -> None:
    case.edits.change(CONTACT_COPY, case.copy, **values)
    case.fields = tuple(values)


def _another_email(case: Case) -> dict[str, Any]:
    return {"work_email": f"former.{str(case.customer['email']).lower()}"}


def _another_name(case: Case) -> dict[str, Any]:
    names = {"first_name": "Vorgaenger", "last_name": "Vorherig"}
    wanted = case.one_of(NAMES)
    return names if wanted == "both" else {wanted: names[wanted]}


def _without_copy(case: Case) -> None:
    """Billing accounts point at no copy then."""
    roles = {
        column: None
        for column in ("sold_to_contact_id", "bill_to_contact_id")
        if case.billing[column] == case.copy["id"]
    }
    case.edits.change(BILLING_ACCOUNT, case.billing, **roles)
