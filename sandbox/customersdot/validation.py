"""What makes a save fail, in the words of Rails."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from sandbox import records
from sandbox.columns import Row, Table
from sandbox.tables import BILLING_ACCOUNT, CONTACT, CONTACT_COPY, CUSTOMER, MEMBERSHIP

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
REQUIRED = {
    "customer": ("first_name", "last_name", "email"),
    "billing_account": ("zuora_account_name",),
    "billing_account_contact": ("first_name", "last_name", "work_email"),
}
EMAILS = {"customer": "email", "billing_account_contact": "work_email"}


def problems(db: sqlite3.Connection, table: Table, row: Row) -> list[str]:
    """Full messages about a record that is to be saved; `row` has no id when it is new."""
    if table is CONTACT_COPY and row.get("id") is None:
        return _new_copy(db, row)
    blank = [name for name in REQUIRED.get(table.name, ()) if not str(row.get(name) or "").strip()]
    found = [f"{_human(name)} can't be blank" for name in blank]
    email = EMAILS.get(table.name)
    if email and email not in blank and not EMAIL.fullmatch(str(row.get(email))):
        found.append(f"{_human(email)} is invalid")
    special = SPECIAL.get(table.name)
    return found + (special(db, row) if special else [])


def _human(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _taken(db: sqlite3.Connection, table: Table, row: Row, name: str) -> bool:
    others = records.find(db, table, **{name: row.get(name)}) if row.get(name) else []
    return any(other["id"] != row.get("id") for other in others)


def _customer(db: sqlite3.Connection, row: Row) -> list[str]:
    """Addresses are unique, and case does not make a difference."""
    return ["Email has already been taken"] if _taken(db, CUSTOMER, row, "email") else []


def _membership(db: sqlite3.Connection, row: Row) -> list[str]:
    """Both sides must exist, and a Customer has one membership at most."""
    found = []
    for name, table in (("customer_id", CUSTOMER), ("billing_account_id", BILLING_ACCOUNT)):
        if records.get(db, table, row.get(name)) is None:
            found.append(f"{_human(name)} must exist")
    if _taken(db, MEMBERSHIP, row, "customer_id"):
        found.append("Customer has already been taken")
    return found


def _new_copy(db: sqlite3.Connection, row: Row) -> list[str]:
    """A copy is made of a Zuora contact that exists and has none yet; the wording is a guess."""
    key = row.get("zuora_contact_id")
    if not key:
        return ["Zuora contact can't be blank"]
    if _taken(db, CONTACT_COPY, row, "zuora_contact_id"):
        return ["Zuora contact has already been taken"]
    return [] if records.get(db, CONTACT, key) else ["Zuora contact could not be found in Zuora"]


def obstacle(db: sqlite3.Connection, table: Table, row: Row) -> str | None:
    """Why a record refuses to be deleted."""
    column = {"customer": "customer_id", "billing_account": "billing_account_id"}.get(table.name)
    if column and records.first(db, MEMBERSHIP, **{column: row["id"]}):
        return "Cannot delete record because a dependent billing account membership exists"
    return None


SPECIAL: dict[str, Callable[[sqlite3.Connection, Row], list[str]]] = {
    "customer": _customer,
    "billing_account_membership": _membership,
}
