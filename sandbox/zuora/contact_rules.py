"""What may be written into a contact. The real reason codes of these refusals are unknown."""

from __future__ import annotations

import sqlite3
from typing import Any

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.tables import ACCOUNT, SUBSCRIPTION
from sandbox.zuora.errors import ApiError, Reason
from sandbox.zuora.geography import STATES, country_name, state_name
from sandbox.zuora.shapes import FLAT

LENGTHS = {
    "firstName": 100,
    "lastName": 100,
    "workEmail": 80,
    "personalEmail": 80,
    "address1": 255,
    "address2": 255,
    "city": 40,
    "state": 40,
    "county": 32,
    "taxRegion": 32,
    "country": 64,
    "zipCode": 20,
    "workPhone": 40,
    "homePhone": 40,
    "mobilePhone": 40,
    "otherPhone": 40,
    "fax": 40,
    "nickname": 100,
    "contactDescription": 100,
}
PHONE_TYPES = ("Work", "Mobile", "Home", "Other")
FOUR_BYTES = 0xFFFF


def checked(body: Any, *, names_required: bool = False) -> Row:
    """The columns to set, or every reason why they cannot be."""
    if not isinstance(body, dict):
        raise ApiError(Reason(20, "A contact is an object."))
    reasons = [*_too_long(body), *_missing(body, names_required), *_unusable(body)]
    if reasons:
        raise ApiError(*reasons)
    return {column: body[name] for name, column in FLAT.items() if name in body and name != "id"}


def _too_long(body: dict[str, Any]) -> list[Reason]:
    return [
        Reason(20, f"The value of '{name}' is too long: the maximum is {limit}.")
        for name, limit in LENGTHS.items()
        if len(str(body.get(name) or "")) > limit
    ]


def _missing(body: dict[str, Any], names_required: bool) -> list[Reason]:
    return [
        Reason(22, f"The required field '{name}' is missing.")
        for name in ("firstName", "lastName")
        if (names_required or name in body) and not body.get(name)
    ]


def _unusable(body: dict[str, Any]) -> list[Reason]:
    reasons = []
    if body.get("otherPhoneType") not in (None, "", *PHONE_TYPES):
        reasons.append(Reason(20, f"otherPhoneType is one of {', '.join(PHONE_TYPES)}."))
    if any(ord(letter) > FOUR_BYTES for value in body.values() for letter in str(value)):
        reasons.append(Reason(20, "Characters of four bytes are not supported."))
    return reasons


def completed(contact: Row, changes: Row) -> Row:
    """The changes with full names for codes of countries and states."""
    full = dict(changes)
    if "country" in full:
        full["country"] = country_name(_text(full["country"]))
    if "state" in full:
        full["state"] = state_name(_text(full["state"]), _text((contact | full)["country"]))
    return full


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def check_tax(db: sqlite3.Connection, contact: Row, changes: Row) -> None:
    """With Zuora Tax on, an account's Sold To keeps its country, and its state where that counts.

    The Bill To stands in where there is no Sold To.
    """
    if not {"country", "state"} & set(changes):
        return
    account = records.get(db, ACCOUNT, contact["account_id"])
    taxed = account and (account["sold_to_id"] or account["bill_to_id"])
    after = contact | changes
    if taxed != contact["id"]:
        return
    if not after["country"]:
        raise ApiError(Reason(22, "The sold-to contact needs a country for tax."))
    if after["country"] in STATES and not after["state"]:
        raise ApiError(Reason(22, "The sold-to contact needs a state for tax."))


def uses(db: sqlite3.Connection, contact: Row) -> bool:
    """Whether an account or a subscription refers to the contact."""
    roles = [(table, role) for table in (ACCOUNT, SUBSCRIPTION) for role in ROLES]
    return any(records.first(db, table, **{role: contact["id"]}) for table, role in roles)


ROLES = ("bill_to_id", "sold_to_id")
