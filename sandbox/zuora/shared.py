"""What all parts of the Zuora stand-in use: the sandbox, look-ups and the cause of a write."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request

from sandbox import links, records
from sandbox.columns import Row, Table, Value
from sandbox.ledger import Cause
from sandbox.tables import ACCOUNT
from sandbox.zuora.errors import not_found

if TYPE_CHECKING:
    from sandbox.context import Sandbox

EXTENSION = "sandbox"


def sandbox() -> Sandbox:
    """The sandbox this request is for."""
    return cast("Sandbox", current_app.extensions[EXTENSION])


def fetch(db: sqlite3.Connection, table: Table, key: Value) -> Row | None:
    """A record as it is, or as it was when a fault makes this read stale."""
    if g.as_of is None:
        return records.get(db, table, key)
    return records.as_of(db, table, key, g.as_of)


def account_or_404(db: sqlite3.Connection, key: str) -> Row:
    """The account with that number or id."""
    found = links.zuora_account(db, key)
    account = fetch(db, ACCOUNT, found["id"]) if found else None
    if account is None:
        raise not_found(key)
    return account


def cause() -> Cause:
    """Who writes: tests playing Billing name themselves in a header."""
    return Cause(
        actor=request.headers.get("X-Sandbox-Actor", "zuora-api"),
        method=request.method,
        path=request.path,
        request_id=request.headers.get("Zuora-Track-Id"),
    )
