"""Grows one account with everything that belongs to it in both systems, from a specification.

Nothing of this is in the write log: it is what the world was before anybody did anything.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.ledger import add_version
from sandbox.licences import Issue, plant_licence
from sandbox.links import billing_account, customer_by_email, zuora_account
from sandbox.mapping import copy_from_contact
from sandbox.neighbour_planting import plant_gitlab_user
from sandbox.orders import plant_order
from sandbox.people import Person, hex_id
from sandbox.planting import AGE, plant, stamp_of
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

DEACTIVATED = timedelta(days=90)
FORMER_OPERATOR = "admin:former.operator@handover.example"
LOGINS = ("on", "never", "off-later")


@dataclass(frozen=True)
class Member:
    """A Customer to plant: whether and how their login is off, and what they manage.

    `login` is `on`, `never` (off since the create line) or `off-later` (switched off by a person
    after the create line, which is what rule L1 looks for).
    """

    person: Person
    login: str = "on"
    account: str | None = None
    uid: str | None = None


@dataclass(frozen=True)
class AccountSpec:
    """One account. Without `bill_to` the Sold To's contact holds both roles.

    `namespace` is the path of the GitLab group that its subscription is attached to (SaaS).
    """

    number: str
    name: str
    sold_to: Person
    bill_to: Person | None
    invoice_ages: tuple[int, ...] = (40, 405)
    invoice_owner: str | None = None
    copies: bool = True
    members: tuple[Member, ...] = ()
    licence: str | None = None
    sold_to_override: Person | None = None
    namespace: str | None = None


def grow(db: sqlite3.Connection, spec: AccountSpec) -> None:
    """Plant the account, then the Customers named in it."""
    account = _account(db, spec)
    subscription = _subscription(db, spec, account)
    if spec.licence:
        _licence(db, spec, account, subscription)
    for index, age in enumerate(spec.invoice_ages):
        _invoice(db, spec, account, index, age)
    if spec.copies:
        _copies(db, account)
    customers = [plant_customer(db, member) for member in spec.members]
    plant_order(db, subscription, customers[0]["id"] if customers else None, spec.namespace)


def _account(db: sqlite3.Connection, spec: AccountSpec) -> Row:
    key = hex_id("account", spec.number)
    sold_to = _contact(db, spec, key, "sold-to", spec.sold_to)
    bill_to = _contact(db, spec, key, "bill-to", spec.bill_to) if spec.bill_to else sold_to
    account = plant(
        db,
        ACCOUNT,
        {
            "id": key,
            "number": spec.number,
            "name": spec.name,
            "crm_id": f"001{hex_id('crm', spec.number)[:15]}",
            "sold_to_id": sold_to,
            "bill_to_id": bill_to,
        },
    )
    plant(
        db,
        BILLING_ACCOUNT,
        {
            "zuora_account_id": key,
            "zuora_account_name": spec.name,
            "zuora_account_number": spec.number,
            "zuora_account_entity": "Sandbox Entity",
            "salesforce_account_id": account["crm_id"],
        },
    )
    return account


def _contact(
    db: sqlite3.Connection, spec: AccountSpec, account_id: str, role: str, person: Person
) -> Value:
    values: Row = {
        "id": hex_id(role, spec.number),
        "account_id": account_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "work_email": person.email,
        "address1": "1 Sample Way",
        "city": "Utrecht",
        "state": "Utrecht",
        "zip_code": "3511 AA",
        "country": "Netherlands",
    }
    return plant(db, CONTACT, values)["id"]


def _subscription(db: sqlite3.Connection, spec: AccountSpec, account: Row) -> Row:
    owner = zuora_account(db, spec.invoice_owner) if spec.invoice_owner else account
    today = datetime.now(UTC).date()
    values: Row = {
        "id": hex_id("subscription", spec.number),
        "number": f"A-S{spec.number.lstrip('A')}",
        "account_id": account["id"],
        "invoice_owner_id": (owner or account)["id"],
        "term_start_date": (today - timedelta(days=40)).isoformat(),
        "term_end_date": (today + timedelta(days=325)).isoformat(),
    }
    if spec.sold_to_override:
        key = str(account["id"])
        values["sold_to_id"] = _contact(db, spec, key, "override", spec.sold_to_override)
    return plant(db, SUBSCRIPTION, values)


def _licence(db: sqlite3.Connection, spec: AccountSpec, account: Row, subscription: Row) -> None:
    billing = billing_account(db, account["id"])
    number, kind = str(subscription["number"]), str(spec.licence)
    key = billing["id"] if billing else None
    issue = Issue(key, subscription["id"], number, spec.name, spec.sold_to, kind)
    plant_licence(db, issue)


def _invoice(db: sqlite3.Connection, spec: AccountSpec, account: Row, index: int, age: int) -> None:
    owner = zuora_account(db, spec.invoice_owner) if spec.invoice_owner else account
    day = datetime.now(UTC).date() - timedelta(days=age)
    values: Row = {
        "id": hex_id(f"invoice{index}", spec.number),
        "number": f"INV{spec.number.lstrip('A')}{index}",
        "account_id": (owner or account)["id"],
        "invoice_date": day.isoformat(),
        "due_date": (day + timedelta(days=30)).isoformat(),
        "posted_date": day.isoformat(),
        "amount": 1188.0,
        "bill_to_id": (owner or account)["bill_to_id"],
        "sold_to_id": account["sold_to_id"],
    }
    plant(db, INVOICE, values)


def _copies(db: sqlite3.Connection, account: Row) -> None:
    """CustomersDot's copies, and the roles its billing account gives to them."""
    references: Row = {}
    planted: dict[Value, Value] = {}
    for role in ("sold_to", "bill_to"):
        key = account[f"{role}_id"]
        contact = records.get(db, CONTACT, key)
        if contact and key not in planted:
            planted[key] = plant(db, CONTACT_COPY, copy_from_contact(contact))["id"]
        references[f"{role}_contact_id"] = planted.get(key)
    billing = billing_account(db, account["id"])
    if billing:
        records.update(db, BILLING_ACCOUNT, billing["id"], references)


def plant_customer(db: sqlite3.Connection, member: Member) -> Row:
    """A Customer with their history, and their membership if they have one."""
    if (known := customer_by_email(db, member.person.email)) is not None:
        return known
    stamp = stamp_of(AGE)
    customer = plant(
        db,
        CUSTOMER,
        {
            "first_name": member.person.first_name,
            "last_name": member.person.last_name,
            "email": member.person.email,
            "login_activated": member.login != "never",
            "confirmed_at": stamp,
            "uid": member.uid,
            "provider": "gitlab" if member.uid else None,
        },
    )
    if member.uid:
        plant_gitlab_user(db, member.uid, member.person)
    if member.login == "off-later":
        _switch_off(db, customer)
    if member.account:
        _membership(db, customer, member.account)
    return customer


def _switch_off(db: sqlite3.Connection, customer: Row) -> None:
    stamp = stamp_of(DEACTIVATED)
    changes: Row = {"login_activated": False, "updated_at": stamp}
    records.update(db, CUSTOMER, customer["id"], changes)
    add_version(db, CUSTOMER, customer["id"], "update", FORMER_OPERATOR, changes, stamp)


def _membership(db: sqlite3.Connection, customer: Row, number: str) -> None:
    account = zuora_account(db, number)
    billing = billing_account(db, account["id"]) if account else None
    if billing is None:
        raise ValueError(f"no account {number} to be a member of")
    plant(db, MEMBERSHIP, {"customer_id": customer["id"], "billing_account_id": billing["id"]})
