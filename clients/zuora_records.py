"""Zuora's JSON as records. Zuora prints an unset value as "" or as null; both become ""."""

from typing import Any

from domain.errors import Defect
from domain.records import (
    Address,
    ZuoraAccount,
    ZuoraContact,
    ZuoraInvoice,
    ZuoraSubscription,
)

Body = dict[str, Any]


def account(body: Body) -> ZuoraAccount:
    """An account with its two contacts, from `GET /v1/accounts/{key}`."""
    basics = part(body, "basicInfo")
    return ZuoraAccount(
        id=needed(basics, "id"),
        number=needed(basics, "accountNumber"),
        name=text(basics, "name"),
        status=text(basics, "status"),
        sold_to=contact(part(body, "soldToContact")),
        bill_to=contact(part(body, "billToContact")),
    )


def contact(body: Body) -> ZuoraContact:
    """A contact, flat or as a part of an account. Zuora's `zipCode` is our `postal_code`."""
    return ZuoraContact(
        id=needed(body, "id"),
        first_name=text(body, "firstName"),
        last_name=text(body, "lastName"),
        work_email=text(body, "workEmail"),
        address=Address(
            address1=text(body, "address1"),
            address2=text(body, "address2"),
            city=text(body, "city"),
            state=text(body, "state"),
            postal_code=text(body, "zipCode"),
            country=text(body, "country"),
        ),
    )


def subscription(body: Body) -> ZuoraSubscription:
    """The latest version of a subscription, with its owner and the owner of its invoices."""
    sold_to = body.get("soldToContact")
    return ZuoraSubscription(
        id=needed(body, "id"),
        number=needed(body, "subscriptionNumber"),
        status=text(body, "status"),
        account_number=needed(body, "accountNumber"),
        invoice_owner_number=needed(body, "invoiceOwnerAccountNumber"),
        sold_to_id=text(sold_to, "id") if isinstance(sold_to, dict) else "",
    )


def invoice(body: Body) -> ZuoraInvoice:
    """An invoice from `GET /v1/invoices/{key}`."""
    return ZuoraInvoice(
        id=needed(body, "id"),
        number=needed(body, "invoiceNumber"),
        date=text(body, "invoiceDate")[:10],
        status=text(body, "status"),
        account_id=needed(body, "accountId"),
    )


def invoice_row(row: Body) -> ZuoraInvoice:
    """An invoice as ZOQL names its fields. Null fields are left out there."""
    return invoice({name[:1].lower() + name[1:]: value for name, value in row.items()})


def part(body: Body, key: str) -> Body:
    """An object inside the body. Raises Defect if there is none."""
    value = body.get(key)
    if not isinstance(value, dict):
        raise Defect(f"Zuora: the answer has no {key}")
    return value


def needed(body: Body, key: str) -> str:
    """A value that no record is without. Raises Defect if it is missing or empty."""
    value = text(body, key)
    if not value:
        raise Defect(f"Zuora: the answer has no {key}")
    return value


def text(body: Body, key: str) -> str:
    """A value as text, empty where Zuora has none."""
    value = body.get(key)
    return "" if value is None else str(value)
