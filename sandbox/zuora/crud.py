"""The older CRUD calls on accounts and contacts, with field names and errors of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import records, world
from sandbox.columns import Row, Table
from sandbox.ledger import Commit
from sandbox.tables import ACCOUNT, CONTACT
from sandbox.zuora import contacts
from sandbox.zuora.accounts import belongs, check_active
from sandbox.zuora.contact_rules import checked
from sandbox.zuora.errors import ApiError, Reason, not_found
from sandbox.zuora.requests import json_body
from sandbox.zuora.shapes import FLAT
from sandbox.zuora.shared import account_or_404, cause, fetch, sandbox
from sandbox.zuora.zoql import OBJECTS

blueprint = Blueprint("crud", __name__, url_prefix="/v1/object")
READ_ONLY = ("Id", "CreatedDate", "UpdatedDate", "Balance", "AccountNumber")
POINTERS = {"BillToId": "bill_to_id", "SoldToId": "sold_to_id"}
CODES = {
    20: "INVALID_VALUE",
    21: "INVALID_FIELD",
    22: "MISSING_REQUIRED_VALUE",
    30: "INVALID_VALUE",
    40: "INVALID_ID",
}
TABLES = {"account": (ACCOUNT, "Account"), "contact": (CONTACT, "Contact")}


def failed(code: str, message: str) -> dict[str, Any]:
    """Shape 2."""
    return {"Success": False, "Errors": [{"Code": code, "Message": message}]}


def attempt(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the work answers, or shape 2 with every reason it failed for."""
    try:
        return work()
    except ApiError as error:
        errors = [
            {"Code": CODES.get(one.category, "UNKNOWN_ERROR"), "Message": one.message}
            for one in error.reasons
        ]
        return {"Success": False, "Errors": errors}


@blueprint.get("/<any(account, contact):name>/<key>")
def show(name: str, key: str) -> Response:
    """One record; unset fields are left out."""
    table, kind = TABLES[name]
    with sandbox().reading() as db:
        row = fetch(db, table, key)
    if row is None:
        raise not_found(key)
    named = {field: row[column] for field, column in OBJECTS[kind][1].items()}
    return jsonify({field: value for field, value in named.items() if value is not None})


@blueprint.post("/contact")
def create() -> Response:
    """A new contact of the account in `AccountId`."""
    fields = json_body()
    return jsonify(attempt(lambda: create_contact(fields, rejects_unknown())))


@blueprint.put("/<any(account, contact):name>/<key>")
def change(name: str, key: str) -> Response:
    """Set fields. Unknown ones are ignored unless `rejectUnknownFields` is true."""
    fields = json_body()
    return jsonify(attempt(lambda: update(TABLES[name][0], key, fields, rejects_unknown())))


@blueprint.delete("/contact/<key>")
def delete(key: str) -> Response:
    """Remove a contact that nothing uses."""
    return jsonify(delete_contact(key))


def rejects_unknown() -> bool:
    """Whether the caller wants unknown fields refused."""
    return request.args.get("rejectUnknownFields") == "true"


def create_contact(fields: dict[str, Any], strict: bool) -> dict[str, Any]:
    """Store a contact."""
    values = _columns(CONTACT, fields, strict)
    with sandbox().commit(cause()) as commit:
        account = account_or_404(commit.db, str(fields.get("AccountId") or ""))
        contact = contacts.add(commit, account, values | _rest(values, names_required=True))
        return {"Success": True, "Id": contact["id"]}


def update(table: Table, key: str, fields: dict[str, Any], strict: bool) -> dict[str, Any]:
    """Set fields of an account or a contact."""
    values = _columns(table, fields, strict)
    with sandbox().commit(cause()) as commit:
        row = records.get(commit.db, table, key)
        if row is None:
            raise not_found(key)
        if table is CONTACT:
            contacts.edit(commit, row, values | _rest(values))
        else:
            _update_account(commit, row, values)
    return {"Success": True, "Id": key}


def _update_account(commit: Commit, row: Row, values: Row) -> None:
    check_active(row)
    for field, column in POINTERS.items():
        if column in values:
            belongs(commit.db, row, field, values[column])
    world.update_account(commit, row, values)


def delete_contact(key: str) -> dict[str, Any]:
    """Remove a contact, or say that it cannot be."""
    with sandbox().commit(cause()) as commit:
        contact = records.get(commit.db, CONTACT, key)
        if contact is None:
            return failed("INVALID_ID", f"Cannot find entity by key: '{key}'.")
        try:
            contacts.remove(commit, contact)
        except ApiError as error:
            return failed("CANNOT_DELETE", error.reasons[0].message)
    return {"Success": True, "Id": key}


def _columns(table: Table, fields: dict[str, Any], strict: bool) -> Row:
    """The writable columns among the fields."""
    known = next(names for one, names in OBJECTS.values() if one is table)
    if strict and (unknown := sorted(set(fields) - set(known))):
        raise ApiError(*(Reason(21, f"Unknown field: {name}") for name in unknown))
    writable = {name: column for name, column in known.items() if name not in READ_ONLY}
    return {column: fields[name] for name, column in writable.items() if name in fields}


def _rest(values: Row, *, names_required: bool = False) -> Row:
    """The same columns once they were checked under their REST names."""
    body = {name: values[column] for name, column in FLAT.items() if column in values}
    return checked(body, names_required=names_required)
