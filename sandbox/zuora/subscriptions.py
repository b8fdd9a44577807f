"""Subscriptions with their two owners, and single invoices."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import records
from sandbox.columns import Row
from sandbox.tables import ACCOUNT, CONTACT, INVOICE, SUBSCRIPTION
from sandbox.zuora import shapes
from sandbox.zuora.errors import not_found
from sandbox.zuora.shared import account_or_404, sandbox

blueprint = Blueprint("subscriptions", __name__)
PAGE = 20
MOST = 40


@blueprint.get("/v1/subscriptions/accounts/<key>")
def of_account(key: str) -> Response:
    """What an account owns; what it only pays for is not in the list."""
    page = max(1, request.args.get("page", 1, type=int))
    size = min(MOST, max(1, request.args.get("pageSize", PAGE, type=int)))
    with sandbox().reading() as db:
        account = account_or_404(db, key)
        rows = records.find(db, SUBSCRIPTION, account_id=account["id"])
        rows.sort(key=lambda row: str(row["updated_at"]), reverse=True)
        chosen = rows[(page - 1) * size : page * size]
        body: dict[str, Any] = {"success": True}
        if len(rows) > page * size:
            body["nextPage"] = f"{request.base_url}?page={page + 1}&pageSize={size}"
        body["subscriptions"] = [_subscription(db, account, row) for row in chosen]
    return jsonify(body)


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
    }


def _override(db: sqlite3.Connection, row: Row, account: Row, column: str) -> dict[str, Any]:
    """The subscription's own contact if it has one, else the account's."""
    contact = records.get(db, CONTACT, row[column] or account[column])
    return shapes.contact_in_account(contact) | {
        "isSpecifiedInSubscription": row[column] is not None
    }


@blueprint.get("/v1/invoices/<key>")
def invoice(key: str) -> Response:
    """One invoice by id or number."""
    with sandbox().reading() as db:
        row = records.get(db, INVOICE, key) or records.first(db, INVOICE, number=key)
    if row is None:
        raise not_found(key)
    return jsonify({"success": True, "accountId": row["account_id"]} | shapes.invoice(row))
