"""How the records of the two systems hang together: who belongs to which account."""

from __future__ import annotations

import sqlite3

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.tables import ACCOUNT, BILLING_ACCOUNT, CONTACT, CONTACT_COPY, CUSTOMER, MEMBERSHIP

ROLES = {"sold_to": "sold_to_id", "bill_to": "bill_to_id"}


def account_of_customer(db: sqlite3.Connection, customer_id: Value) -> str | None:
    """The Zuora account a Customer manages, through their one membership."""
    membership = records.first(db, MEMBERSHIP, customer_id=customer_id)
    return account_of_membership(db, membership) if membership else None


def account_of_membership(db: sqlite3.Connection, membership: Row) -> str | None:
    """The Zuora account a membership gives access to."""
    billing = records.get(db, BILLING_ACCOUNT, membership["billing_account_id"])
    return str(billing["zuora_account_id"]) if billing else None


def billing_account(db: sqlite3.Connection, zuora_account_id: Value) -> Row | None:
    """CustomersDot's record of a Zuora account."""
    return records.first(db, BILLING_ACCOUNT, zuora_account_id=zuora_account_id)


def customer_by_email(db: sqlite3.Connection, email: Value) -> Row | None:
    """The Customer with that address, regardless of case."""
    return records.first(db, CUSTOMER, email=email) if email else None


def zuora_account(db: sqlite3.Connection, key: str) -> Row | None:
    """A Zuora account by its id or its number."""
    return records.get(db, ACCOUNT, key) or records.first(db, ACCOUNT, number=key)


def linked_contacts(db: sqlite3.Connection, account: Row) -> list[Row]:
    """The account's Sold To and Bill To contacts, once when they are one record."""
    ids = dict.fromkeys((account["sold_to_id"], account["bill_to_id"]))
    found = (records.get(db, CONTACT, key) for key in ids if key)
    return [contact for contact in found if contact]


def roles_of_copy(db: sqlite3.Connection, copy: Row) -> tuple[str, ...]:
    """Which roles the billing accounts give to CustomersDot's copy of a contact."""
    sold = records.find(db, BILLING_ACCOUNT, sold_to_contact_id=copy["id"])
    bill = records.find(db, BILLING_ACCOUNT, bill_to_contact_id=copy["id"])
    return tuple(role for role, found in (("sold to", sold), ("bill to", bill)) if found)


def copy_of(db: sqlite3.Connection, zuora_contact_id: Value) -> Row | None:
    """CustomersDot's copy of a Zuora contact."""
    return records.first(db, CONTACT_COPY, zuora_contact_id=zuora_contact_id)
