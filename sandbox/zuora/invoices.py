"""Invoices: one by its key, and the older list of an account. They live on the invoice owner's."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox import records
from sandbox.columns import Row
from sandbox.tables import ACCOUNT, INVOICE
from sandbox.zuora import shapes
from sandbox.zuora.errors import not_found
from sandbox.zuora.paging import page_of
from sandbox.zuora.shared import account_or_404, sandbox

blueprint = Blueprint("invoices", __name__)


@blueprint.get("/v1/invoices/<key>")
def show(key: str) -> Response:
    """One invoice by id or number."""
    with sandbox().reading() as db:
        row = records.get(db, INVOICE, key) or records.first(db, INVOICE, number=key)
        if row is None:
            raise not_found(key)
        return jsonify({"success": True} | _whole(db, row))


def _whole(db: sqlite3.Connection, row: Row) -> dict[str, Any]:
    account = records.get(db, ACCOUNT, row["account_id"]) or {}
    return shapes.invoice(row) | {
        "accountId": row["account_id"],
        "currency": account.get("currency"),
        "postedDate": row["posted_date"],
        "reversed": row["reversed"],
        "billToContactId": row["bill_to_id"],
        "soldToContactId": row["sold_to_id"],
    }


@blueprint.get("/v1/transactions/invoices/accounts/<key>")
def of_account(key: str) -> Response:
    """An account's invoices, newest first."""
    with sandbox().reading() as db:
        account = account_or_404(db, key)
        rows = records.find(db, INVOICE, account_id=account["id"])
        rows.sort(key=lambda row: str(row["invoice_date"]), reverse=True)
        chosen, more = page_of(rows)
        found = [_listed(account, row) for row in chosen]
    return jsonify({"invoices": found} | more | {"success": True})


def _listed(account: Row, row: Row) -> dict[str, Any]:
    return shapes.invoice(row) | {
        "accountId": account["id"],
        "accountNumber": account["number"],
        "accountName": account["name"],
        "invoiceItems": [],
    }
