"""CustomersDot's rows as records, and our names for the fields of its forms."""

from typing import Any

from clients.rails_filters import Row
from domain.errors import Defect
from domain.records import (
    Address,
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
)

CUSTOMER_COLUMNS = (
    "id",
    "first_name",
    "last_name",
    "email",
    "unconfirmed_email",
    "uid",
    "login_activated",
)
"""What is asked for by name, because a plain list or record leaves `unconfirmed_email` out."""

CONTACT_COLUMNS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "work_email": "work_email",
    "address1": "address_1",
    "address2": "address_2",
    "city": "city",
    "state": "state",
    "postal_code": "postal_code",
    "country": "country",
}
"""Our name of a contact's field to CustomersDot's. The names are not public: these follow from the
labels of the edit page (facts: customersdot, A3)."""


def customer(row: Row) -> Customer:
    """A person's record. `login_activated` that is null counts as off."""
    return Customer(
        id=needed(row, "id"),
        first_name=text(row, "first_name"),
        last_name=text(row, "last_name"),
        email=text(row, "email"),
        unconfirmed_email=text(row, "unconfirmed_email"),
        uid=text(row, "uid"),
        login_activated=true(row, "login_activated"),
    )


def billing_account(row: Row) -> BillingAccount:
    """CustomersDot's record of one Zuora account."""
    return BillingAccount(
        id=needed(row, "id"),
        zuora_account_id=needed(row, "zuora_account_id"),
        zuora_account_name=text(row, "zuora_account_name"),
        zuora_account_number=text(row, "zuora_account_number"),
    )


def membership(row: Row) -> Membership:
    """The link between a customer and a billing account."""
    return Membership(
        id=needed(row, "id"),
        customer_id=needed(row, "customer_id"),
        billing_account_id=needed(row, "billing_account_id"),
    )


def contact(row: Row) -> BillingAccountContact:
    """The copy of a Zuora contact. It may belong to no account."""
    ours = {name: text(row, column) for name, column in CONTACT_COLUMNS.items()}
    return BillingAccountContact(
        id=needed(row, "id"),
        zuora_contact_id=text(row, "zuora_contact_id"),
        zuora_account_id=text(row, "zuora_account_id"),
        first_name=ours.pop("first_name"),
        last_name=ours.pop("last_name"),
        work_email=ours.pop("work_email"),
        address=Address(**ours),
    )


def needed(row: Row, column: str) -> str:
    """A value that no record is without. Raises Defect if it is missing or empty."""
    value = text(row, column)
    if not value:
        raise Defect(f"CustomersDot: a record has no {column}")
    return value


def text(row: Row, column: str) -> str:
    """A value as text, empty where it is null. Raises Defect if there is no such column."""
    value = _value(row, column)
    return "" if value is None else str(value)


def true(row: Row, column: str) -> bool:
    """Whether a box is ticked; null counts as not. Raises Defect if there is no such column."""
    return _value(row, column) is True


def _value(row: Row, column: str) -> Any:
    if column not in row:
        raise Defect(f"CustomersDot: a record has no column {column}")
    return row[column]
