"""Contacts: read by everybody, written by tests that play Billing."""

from __future__ import annotations

import sqlite3
import uuid

from flask import Blueprint, Response, jsonify

from sandbox import records, world
from sandbox.columns import Row
from sandbox.ledger import Commit
from sandbox.links import zuora_account
from sandbox.tables import ACCOUNT, CONTACT
from sandbox.zuora.contact_rules import check_tax, checked, completed, uses
from sandbox.zuora.errors import ApiError, Reason, broken_rule, invalid, not_found
from sandbox.zuora.requests import json_body
from sandbox.zuora.shapes import contact_flat
from sandbox.zuora.shared import account_or_404, cause, fetch, sandbox

blueprint = Blueprint("contacts", __name__)
KEPT = ("id", "account_id", "country", "state", "created_at", "updated_at")


@blueprint.get("/v1/contacts/<key>")
def show(key: str) -> Response:
    """One contact."""
    with sandbox().reading() as db:
        return _flat(db, _contact(db, key))


def _contact(db: sqlite3.Connection, key: str) -> Row:
    contact = fetch(db, CONTACT, key)
    if contact is None:
        raise not_found(key)
    return contact


def _flat(db: sqlite3.Connection, contact: Row) -> Response:
    account = records.get(db, ACCOUNT, contact["account_id"])
    return jsonify(contact_flat(contact, account and account["number"]))


@blueprint.put("/v1/contacts/<key>")
def change(key: str) -> Response:
    """Change the fields that are sent; unknown ones are ignored without a word."""
    body = json_body()
    if "accountId" in body or "accountNumber" in body:
        raise invalid("The account of a contact cannot be changed here.")
    with sandbox().commit(cause()) as commit:
        contact = _contact(commit.db, key)
        edit(commit, contact, checked(body))
        return _flat(commit.db, records.get(commit.db, CONTACT, key) or contact)


def edit(commit: Commit, contact: Row, changes: Row) -> None:
    """Change a contact by hand, within the rules."""
    full = completed(contact, changes)
    if commit.settings.zuora_tax:
        check_tax(commit.db, contact, full)
    world.update_contact(commit, contact, full)


@blueprint.post("/v1/contacts")
def create() -> Response:
    """A new contact of an account, in no role yet."""
    body = json_body()
    keys = [str(body[name]) for name in ("accountId", "accountNumber") if body.get(name)]
    if not keys:
        raise ApiError(Reason(22, "One of accountId and accountNumber is required."))
    with sandbox().commit(cause()) as commit:
        accounts = [zuora_account(commit.db, key) for key in keys]
        account = accounts[0]
        if account is None or None in accounts:
            raise not_found(keys[0])
        if any(one != account for one in accounts):
            raise invalid("accountId and accountNumber name different accounts.")
        return _flat(commit.db, add(commit, account, checked(body, names_required=True)))


def add(commit: Commit, account: Row, values: Row) -> Row:
    """A new contact of an account."""
    ids: Row = {"id": uuid.uuid4().hex, "account_id": account["id"]}
    return world.create_contact(commit, completed(CONTACT.defaults(), values) | ids)


@blueprint.delete("/v1/contacts/<key>")
def delete(key: str) -> Response:
    """Remove a contact that nothing uses; which code a used one gets is not documented."""
    with sandbox().commit(cause()) as commit:
        remove(commit, _contact(commit.db, key))
    return jsonify(success=True)


def remove(commit: Commit, contact: Row) -> None:
    """Remove a contact unless it is used."""
    if uses(commit.db, contact):
        raise broken_rule("The contact is in use.")
    world.delete_contact(commit, contact)


@blueprint.put("/v1/contacts/<key>/transfer")
def transfer(key: str) -> Response:
    """Give a contact that nothing uses to another account."""
    destination = str(json_body().get("destinationAccountKey") or "")
    with sandbox().commit(cause()) as commit:
        contact = _contact(commit.db, key)
        account = account_or_404(commit.db, destination)
        if uses(commit.db, contact):
            raise broken_rule("The contact is in use.")
        world.update_contact(commit, contact, {"account_id": account["id"]})
        return _flat(commit.db, contact | {"account_id": account["id"]})


@blueprint.put("/v1/contacts/<key>/scrub")
def scrub(key: str) -> Response:
    """Wipe the person out of the contact, for good."""
    with sandbox().commit(cause()) as commit:
        contact = _contact(commit.db, key)
        wiped: Row = dict.fromkeys(name for name in CONTACT.names if name not in KEPT)
        world.update_contact(commit, contact, wiped)
    return jsonify(success=True)
