"""What each queued side effect does when its time has come.

Everything is looked up again at that moment: who is a member, which contact holds which role and
what it says may all have changed since the write that caused the effect.
"""

from __future__ import annotations

import sqlite3
import uuid

from sandbox import records, world
from sandbox.columns import Row
from sandbox.effects import Effect
from sandbox.ledger import Cause, Commit
from sandbox.links import account_of_customer, copy_of, customer_by_email, linked_contacts
from sandbox.mapping import contact_from_customer, copy_from_contact
from sandbox.settings import Settings
from sandbox.tables import ACCOUNT, CONTACT, CONTACT_COPY, CUSTOMER
from sandbox.zuora.contact_rules import completed


class Reactions:
    """The handlers, by kind of effect."""

    def __init__(self, settings: Settings) -> None:
        """React as the settings say at the time of the effect."""
        self._settings = settings
        self._handlers = {
            "customer_sync": sync_customer,
            "contact_push": push_contact,
            "callout": call_back,
        }

    def __call__(self, db: sqlite3.Connection, effect: Effect) -> None:
        """Run one effect inside the transaction of `db`."""
        cause = Cause(actor=f"effect:{effect.kind}", cause_seq=effect.cause_seq)
        self._handlers[effect.kind](Commit(db, cause, self._settings), effect)


def sync_customer(commit: Commit, effect: Effect) -> None:
    """G1: the saved Customer's contact follows, or the Sold To is replaced by the Customer."""
    customer = records.get(commit.db, CUSTOMER, int(effect.subject))
    if customer is None:
        return
    account = records.get(commit.db, ACCOUNT, account_of_customer(commit.db, customer["id"]))
    if account is None:
        return
    contacts = linked_contacts(commit.db, account)
    same = [one for one in contacts if _same_email(one["work_email"], customer["email"])]
    for contact in same:
        names: Row = {name: customer[name] for name in ("first_name", "last_name")}
        world.update_contact(commit, contact, names)
    if not same:
        _replace_sold_to(commit, account, customer)


def _same_email(one: object, other: object) -> bool:
    return str(one or "").casefold() == str(other or "").casefold()


def _replace_sold_to(commit: Commit, account: Row, customer: Row) -> None:
    """Which of the two really happens is unknown, so a setting decides."""
    old = records.get(commit.db, CONTACT, account["sold_to_id"])
    details = contact_from_customer(customer)
    if old and commit.settings.sold_to_replacement == "overwrite":
        world.update_contact(commit, old, details)
        return
    kept = _without_person(old) if old else {}
    new = world.create_contact(
        commit, kept | details | {"id": uuid.uuid4().hex, "account_id": account["id"]}
    )
    world.update_account(commit, account, {"sold_to_id": new["id"]})


def _without_person(contact: Row) -> Row:
    """The postal fields, which tax needs and a Customer often has not."""
    names = ("address1", "address2", "city", "state", "zip_code", "country", "county")
    return {name: contact[name] for name in names}


def push_contact(commit: Commit, effect: Effect) -> None:
    """The write-through of a saved billing account contact; Zuora keeps full names, not codes."""
    contact = records.get(commit.db, CONTACT, effect.subject)
    if contact:
        world.update_contact(commit, contact, completed(contact, effect.payload["changes"]))


def call_back(commit: Commit, effect: Effect) -> None:
    """Zuora reports a contact change: refresh the copy, the roles, and see to the Sold To's
    Customer (G4)."""
    contact = records.get(commit.db, CONTACT, effect.subject)
    if contact is None:
        return
    _refresh_copy(commit, contact)
    account = records.get(commit.db, ACCOUNT, contact["account_id"])
    if account is None:
        return
    world.follow_roles(commit, account)
    if account["sold_to_id"] == contact["id"]:
        _find_or_create_customer(commit, contact)


def _refresh_copy(commit: Commit, contact: Row) -> None:
    copy = copy_of(commit.db, contact["id"])
    if copy is None:
        world.create_copy(commit, contact["id"])
    else:
        commit.update(CONTACT_COPY, copy, copy_from_contact(contact), contact["account_id"])


def _find_or_create_customer(commit: Commit, contact: Row) -> None:
    """G4. That the new Customer is confirmed, may log in and has no membership is our guess."""
    if not contact["work_email"] or customer_by_email(commit.db, contact["work_email"]):
        return
    values: Row = {
        "first_name": contact["first_name"],
        "last_name": contact["last_name"],
        "email": contact["work_email"],
        "confirmed_at": commit.stamp,
    }
    commit.create(CUSTOMER, values, contact["account_id"])
