"""Contacts: read by everybody, written by tests that play Billing."""

from __future__ import annotations

import sqlite3
import uuid
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import records, world
from sandbox.columns import Row
from sandbox.links import zuora_account
from sandbox.tables import ACCOUNT, CONTACT
from sandbox.zuora.errors import ApiError, Reason, invalid, not_found
from sandbox.zuora.shapes import FLAT, contact_flat
from sandbox.zuora.shared import cause, fetch, sandbox

blueprint = Blueprint("contacts", __name__)
LENGTHS = {
    "firstName": 100,
    "lastName": 100,
    "workEmail": 80,
    "personalEmail": 80,
    "address1": 255,
    "address2": 255,
    "city": 40,
    "state": 40,
    "country": 64,
    "zipCode": 20,
}


@blueprint.get("/v1/contacts/<key>")
def show(key: str) -> Response:
    """One contact."""
    with sandbox().reading() as db:
        contact = fetch(db, CONTACT, key)
        if contact is None:
            raise not_found(key)
        return _flat(db, contact)


def _flat(db: sqlite3.Connection, contact: Row) -> Response:
    account = records.get(db, ACCOUNT, contact["account_id"])
    return jsonify(contact_flat(contact, account and account["number"]))


@blueprint.put("/v1/contacts/<key>")
def change(key: str) -> Response:
    """Change the fields that are sent; unknown ones are ignored without a word."""
    refuse_idempotency_key()
    body = request.get_json(silent=True) or {}
    if "accountId" in body or "accountNumber" in body:
        raise invalid("The account of a contact cannot be changed here.")
    with sandbox().commit(cause()) as commit:
        contact = records.get(commit.db, CONTACT, key)
        if contact is None:
            raise not_found(key)
        world.update_contact(commit, contact, checked(body))
        return _flat(commit.db, records.get(commit.db, CONTACT, key) or contact)


@blueprint.post("/v1/contacts")
def create() -> Response:
    """A new contact of an account, in no role yet. Idempotency keys are not replayed yet."""
    body = request.get_json(silent=True) or {}
    key = str(body.get("accountId") or body.get("accountNumber") or "")
    with sandbox().commit(cause()) as commit:
        account = zuora_account(commit.db, key)
        if account is None:
            raise not_found(key)
        ids: Row = {"id": uuid.uuid4().hex, "account_id": account["id"]}
        contact = world.create_contact(commit, checked(body, names_required=True) | ids)
        return _flat(commit.db, contact)


def refuse_idempotency_key() -> None:
    """Idempotency keys are for POST and PATCH; on PUT they are an error."""
    if "Idempotency-Key" in request.headers:
        raise invalid("Request method 'PUT' not supported with Idempotency-Key header")


def checked(body: dict[str, Any], *, names_required: bool = False) -> Row:
    """The columns to set, or every reason why they cannot be."""
    reasons = [
        Reason(20, f"The value of '{name}' is too long: the maximum is {limit}.")
        for name, limit in LENGTHS.items()
        if len(str(body.get(name) or "")) > limit
    ]
    reasons += [
        Reason(22, f"The required field '{name}' is missing.")
        for name in ("firstName", "lastName")
        if (names_required or name in body) and not body.get(name)
    ]
    if any(ord(letter) > 0xFFFF for value in body.values() for letter in str(value)):
        reasons.append(Reason(20, "Characters of four bytes are not supported."))
    if reasons:
        raise ApiError(*reasons)
    return {column: body[name] for name, column in FLAT.items() if name in body and name != "id"}
