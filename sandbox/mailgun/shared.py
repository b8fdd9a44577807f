"""What both interfaces use: the stored events of a span of time, and how one is shown."""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any, cast

from flask import current_app

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.neighbour_tables import MAIL_EVENT

if TYPE_CHECKING:
    from sandbox.context import Sandbox

DOMAIN = "customers.gitlab.com"
DAY = 86_400.0
Tests = dict[str, str]
TESTED = {"event", "severity", "subject", "recipient", "to"}


class BadQuery(ValueError):
    """A parameter that Mailgun can't use."""


def sandbox() -> Sandbox:
    """The sandbox this request is for."""
    return cast("Sandbox", current_app.extensions["sandbox"])


def kept(db: sqlite3.Connection, begin: float, end: float, days: float) -> list[Row]:
    """The events between two moments that are not forgotten yet, oldest first."""
    begin = max(begin, time.time() - days * DAY)
    sql = f"SELECT * FROM {MAIL_EVENT.sql_name} WHERE at >= ? AND at <= ? ORDER BY at, id"
    return [MAIL_EVENT.load(row) for row in db.execute(sql, (begin, end))]


def known(tests: Tests) -> Tests:
    """The tests, if each is on something that events have, whether there are any or not."""
    if unknown := set(tests) - TESTED:
        raise BadQuery(f"unknown filter: {', '.join(sorted(unknown))}")
    return tests


def passes(row: Row, tests: Tests) -> bool:
    """Whether an event meets all tests. A rejected mail has an addressee, and no recipient."""
    seen: dict[str, Value] = {
        "event": row["event"],
        "severity": row["severity"],
        "subject": row["subject"],
        "recipient": None if row["event"] == "rejected" else row["recipient"],
        "to": row["recipient"],
    }
    return all(_same(seen[name], wanted) for name, wanted in tests.items())


def _same(value: Value, wanted: str) -> bool:
    return value is not None and str(value).lower() == wanted.lower()


def shown(row: Row) -> dict[str, Any]:
    """An event without its time, which the two interfaces write differently."""
    item: dict[str, Any] = {"id": f"sandbox-{row['id']}", "event": row["event"]}
    recipient = str(row["recipient"])
    headers = {"to": recipient, "subject": row["subject"], "from": f"support@{DOMAIN}"}
    item["message"] = {"headers": headers | {"message-id": f"{row['id']}@{DOMAIN}"}}
    if row["event"] == "rejected":
        return item | {"reject": {"reason": row["reason"], "description": row["message"]}}
    item |= {"recipient": recipient, "recipient-domain": recipient.rpartition("@")[2]}
    if row["event"] == "failed":
        level = "error" if row["severity"] == "permanent" else "warn"
        item |= {"severity": row["severity"], "reason": row["reason"], "log-level": level}
    item["delivery-status"] = {
        "code": row["code"],
        "message": row["message"],
        "description": "",
        "mx-host": row["mx_host"] or "",
        "attempt-no": 1,
        "tls": True,
        "session-seconds": 0.1,
    }
    return item


def token_of(state: dict[str, Any]) -> str:
    """A page's address as opaque text."""
    return base64.urlsafe_b64encode(json.dumps(state).encode()).decode()


def state_of(token: str) -> dict[str, Any]:
    """What `token_of` was given. Raises BadQuery for anything else."""
    try:
        state = json.loads(base64.urlsafe_b64decode(token.encode()))
    except ValueError:
        state = None
    if not isinstance(state, dict):
        raise BadQuery("the page is not valid")
    return state


def insert(db: sqlite3.Connection, at: float, values: Row) -> Row:
    """Store an event that happened at a moment."""
    stamp = records.moment(at)
    stamps: Row = {"created_at": stamp, "updated_at": stamp}
    return records.insert(db, MAIL_EVENT, values | stamps | {"at": at})
