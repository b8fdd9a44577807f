"""The whole truth about one account, for a judge: both systems and what is still under way."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.links import ROLES, billing_account, linked_contacts
from sandbox.tables import (
    CLOUD_ACTIVATION,
    CONTACT,
    CONTACT_COPY,
    CUSTOMER,
    INVOICE,
    LICENSE,
    MEMBERSHIP,
    ORDER,
    SUBSCRIPTION,
)


def of_account(db: sqlite3.Connection, account: Row) -> dict[str, Any]:
    """Everything that hangs on the account, as it is stored, without any client's view of it."""
    key = account["id"]
    billing = billing_account(db, key)
    members = records.find(db, MEMBERSHIP, billing_account_id=billing["id"]) if billing else []
    return {
        "zuora": {
            "account": account,
            **{role: records.get(db, CONTACT, account[column]) for role, column in ROLES.items()},
            "contacts": records.find(db, CONTACT, account_id=key),
            "subscriptions": records.find(db, SUBSCRIPTION, account_id=key),
            "invoices": records.find(db, INVOICE, account_id=key),
        },
        "customersdot": {
            "billing_account": billing,
            "contacts": records.find(db, CONTACT_COPY, zuora_account_id=key),
            "memberships": members,
            "customers": _customers(db, account, members),
            **_licensing(db, billing),
            "orders": _orders(db, key),
        },
        "pending_effects": pending(db, key),
    }


def _orders(db: sqlite3.Connection, account_id: Value) -> list[Row]:
    subscriptions = records.find(db, SUBSCRIPTION, account_id=account_id)
    numbers = dict.fromkeys(one["number"] for one in subscriptions)
    return [
        order for number in numbers for order in records.find(db, ORDER, subscription_name=number)
    ]


def _licensing(db: sqlite3.Connection, billing: Row | None) -> dict[str, list[Row]]:
    key = billing["id"] if billing else None
    return {
        "cloud_activations": records.find(db, CLOUD_ACTIVATION, billing_account_id=key),
        "licenses": records.find(db, LICENSE, billing_account_id=key),
    }


def _customers(db: sqlite3.Connection, account: Row, members: list[Row]) -> list[Row]:
    """Members, whoever has the address of a contact, and whoever was written to on this account."""
    found: dict[Value, Row] = {}
    for member in members:
        _note(found, records.get(db, CUSTOMER, member["customer_id"]))
    copies = records.find(db, CONTACT_COPY, zuora_account_id=account["id"])
    for contact in (*linked_contacts(db, account), *copies):
        if contact["work_email"]:
            for customer in records.find(db, CUSTOMER, email=contact["work_email"]):
                _note(found, customer)
    for key in _written(db, account["id"]):
        _note(found, records.get(db, CUSTOMER, key))
    return list(found.values())


def _note(found: dict[Value, Row], customer: Row | None) -> None:
    if customer:
        found.setdefault(customer["id"], customer)


def _written(db: sqlite3.Connection, account_id: Value) -> set[int]:
    """Customers the write log connects with the account: saved as members, or put in or out."""
    rows = db.execute(
        "SELECT model, record_id, before, after FROM write_log WHERE zuora_account_id = ?"
        " AND model IN ('customer', 'billing_account_membership')",
        (account_id,),
    )
    found = set()
    for row in rows:
        if row["model"] == "customer":
            found.add(int(row["record_id"]))
        for side in (json.loads(row["before"]), json.loads(row["after"])):
            if "customer_id" in side:
                found.add(int(side["customer_id"]))
    return found


def pending(db: sqlite3.Connection, account_id: Value) -> int:
    """How many side effects still wait that may concern the account.

    A saved Customer's effect is decided by their membership at the time it runs, so one of a
    Customer without an account counts as soon as they are a member here.
    """
    sql = """
        SELECT count(*) FROM effect WHERE state = 'pending' AND (zuora_account_id = ?
        OR (kind = 'customer_sync' AND CAST(subject AS INTEGER) IN (
            SELECT m.customer_id FROM customersdot_billing_account_membership m
            JOIN customersdot_billing_account b ON b.id = m.billing_account_id
            WHERE b.zuora_account_id = ?)))
    """
    return int(db.execute(sql, (account_id, account_id)).fetchone()[0])
