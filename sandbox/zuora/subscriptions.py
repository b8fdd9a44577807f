"""Subscriptions with their two owners."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox import records
from sandbox.columns import Row
from sandbox.tables import ACCOUNT, CONTACT, SUBSCRIPTION
from sandbox.zuora import shapes
from sandbox.zuora.paging import page_of
from sandbox.zuora.shared import account_or_404, fetch, sandbox

blueprint = Blueprint("subscriptions", __name__)


@blueprint.get("/v1/subscriptions/accounts/<key>")
def of_account(key: str) -> Response:
    """What an account owns; what it only pays for is not in the list."""
    with sandbox().reading() as db:
        account = account_or_404(db, key)
        rows = records.find(db, SUBSCRIPTION, account_id=account["id"])
        rows.sort(key=lambda row: str(row["updated_at"]), reverse=True)
        chosen, more = page_of(rows)
        found = [_subscription(db, account, row) for row in chosen]
    return jsonify({"success": True} | more | {"subscriptions": found})


def _subscription(db: sqlite3.Connection, account: Row, row: Row) -> dict[str, Any]:
    owner = records.get(db, ACCOUNT, row["invoice_owner_id"]) or account
    return shapes.term(row) | {
        "version": row["version"],
        "accountId": account["id"],
        "accountNumber": account["number"],
        "accountName": account["name"],
        "invoiceOwnerAccountId": owner["id"],
        "invoiceOwnerAccountNumber": owner["number"],
        "invoiceOwnerAccountName": owner["name"],
        "contractEffectiveDate": row["term_start_date"],
        "currency": account["currency"],
        "billToContact": _override(db, row, owner, "bill_to_id"),
        "soldToContact": _override(db, row, account, "sold_to_id"),
        "SSPChannel__c": "Direct" if owner["id"] == account["id"] else "Reseller",
    }


def _override(db: sqlite3.Connection, row: Row, account: Row, column: str) -> dict[str, Any]:
    """The subscription's own contact if it has one, else the account's."""
    contact = fetch(db, CONTACT, row[column] or account[column])
    return shapes.contact_in_account(contact) | {
        "isSpecifiedInSubscription": row[column] is not None
    }
