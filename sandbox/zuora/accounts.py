"""Accounts: two ways to read one, and the PUT with which tests play Billing."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import records, world
from sandbox.columns import Row, Value
from sandbox.ledger import Commit
from sandbox.links import ROLES
from sandbox.tables import CONTACT, INVOICE, SUBSCRIPTION
from sandbox.zuora import contacts, shapes
from sandbox.zuora.contact_rules import checked
from sandbox.zuora.errors import broken_rule
from sandbox.zuora.requests import json_body
from sandbox.zuora.shared import account_or_404, cause, fetch, sandbox

blueprint = Blueprint("accounts", __name__)
LAST_INVOICES = 6
PLAIN = {"name": "name", "notes": "notes", "crmId": "crm_id"}
NESTED = {"billToContact": "bill_to_id", "soldToContact": "sold_to_id"}
POINTERS = {"billToContactId": "bill_to_id", "soldToContactId": "sold_to_id"}
EMAILS = ("work_email", "personal_email")


@blueprint.get("/v1/accounts/<key>")
def show(key: str) -> Response:
    """The account with both contacts in full."""
    with sandbox().reading() as db:
        account = account_or_404(db, key)
        people = {role: fetch(db, CONTACT, account[column]) for role, column in ROLES.items()}
    return jsonify(
        success=True,
        basicInfo=shapes.basic_info(account),
        billingAndPayment=shapes.billing_and_payment(account),
        metrics=shapes.metrics(account),
        metricsData=[],
        billToContact=shapes.contact_in_account(people["bill_to"]),
        soldToContact=shapes.contact_in_account(people["sold_to"]),
    )


@blueprint.get("/v1/accounts/<key>/summary")
def summary(key: str) -> Response:
    """The account with its subscriptions and its last six invoices."""
    with sandbox().reading() as db:
        account = account_or_404(db, key)
        body = _summary(db, account)
    if request.args.get("excludeUsage") == "true":
        body.pop("usage")
    return jsonify(body)


def _summary(db: sqlite3.Connection, account: Row) -> dict[str, Any]:
    invoices = records.find(db, INVOICE, account_id=account["id"])
    invoices.sort(key=lambda row: str(row["invoice_date"]), reverse=True)
    subscriptions = records.find(db, SUBSCRIPTION, account_id=account["id"])
    last = invoices[0]["invoice_date"] if invoices else None
    bill_to = fetch(db, CONTACT, account["bill_to_id"])
    sold_to = fetch(db, CONTACT, account["sold_to_id"])
    return {
        "success": True,
        "basicInfo": shapes.summary_info(account, last),
        "billToContact": shapes.contact_in_summary(bill_to),
        "soldToContact": shapes.contact_in_summary(sold_to),
        "subscriptions": [
            shapes.term(row) | {"status": _status(row), "initialTerm": 12, "renewalTerm": 12}
            for row in subscriptions
        ],
        "invoices": [shapes.invoice(row) for row in invoices[:LAST_INVOICES]],
        "payments": [],
        "usage": [],
    }


def _status(subscription: Row) -> str:
    """The summary writes its states without a space."""
    return str(subscription["status"]).replace(" ", "")


@blueprint.put("/v1/accounts/<key>")
def change(key: str) -> Response:
    """Change what is sent, edit linked contacts in place, or point a role elsewhere."""
    body = json_body()
    with sandbox().commit(cause()) as commit:
        account = account_or_404(commit.db, key)
        check_active(account)
        _edit_contacts(commit, account, body)
        changes: Row = {column: body[name] for name, column in PLAIN.items() if name in body}
        changes |= _pointers(commit.db, account, body) | _delivery(commit.db, account, body)
        world.update_account(commit, account, changes)
    return jsonify(success=True)


def _edit_contacts(commit: Commit, account: Row, body: dict[str, Any]) -> None:
    """Nested contacts change the linked record, whoever else uses it."""
    for name, column in NESTED.items():
        if name not in body:
            continue
        contact = records.get(commit.db, CONTACT, account[column])
        if contact:
            contacts.edit(commit, contact, checked(body[name], names_required=True))


def _pointers(db: sqlite3.Connection, account: Row, body: dict[str, Any]) -> Row:
    sent = {name: column for name, column in POINTERS.items() if name in body}
    return {column: belongs(db, account, name, body[name]) for name, column in sent.items()}


def belongs(db: sqlite3.Connection, account: Row, name: str, contact_id: Value) -> Value:
    """A role may only be given to a contact of the same account."""
    contact = records.get(db, CONTACT, contact_id)
    if contact is None or contact["account_id"] != account["id"]:
        raise broken_rule(f"{name}: the contact must be associated with the account.")
    return contact["id"]


def check_active(account: Row) -> None:
    """Other accounts cannot be changed, though their contacts can."""
    if account["status"] != "Active":
        raise broken_rule("The account is not active.")


def _delivery(db: sqlite3.Connection, account: Row, body: dict[str, Any]) -> Row:
    """The side effect of note 3: an e-mail in `billToContact` switches invoice delivery by e-mail.

    On, unless both addresses of the edited contact are empty now.
    """
    sent = body.get("billToContact") or {}
    if not {"workEmail", "personalEmail"} & set(sent):
        return {}
    contact = records.get(db, CONTACT, account["bill_to_id"]) or {}
    return {"invoice_delivery_email": any(contact.get(name) for name in EMAILS)}
