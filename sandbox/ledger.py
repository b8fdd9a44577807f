"""The write log: every committed write, who asked for it and what it changed.

Tests judge a run by this log and by nothing the run says about itself. An entry is part of the
transaction of the write it describes, so neither exists without the other.
"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from sandbox import records
from sandbox.columns import Row, Table, Value
from sandbox.effects import enqueue
from sandbox.settings import Settings

# Set with every save, but never the reason for one.
STAMPS = ("created_at", "updated_at")


@dataclass(frozen=True)
class Cause:
    """Why a write happens: a request somebody sent, or a side effect of an earlier write."""

    actor: str | None
    method: str | None = None
    path: str | None = None
    request_id: str | None = None
    cause_seq: int | None = None
    whodunnit: str | None = None

    @property
    def origin(self) -> str:
        """`request` or `effect`, as the log names it."""
        return "request" if self.cause_seq is None else "effect"


@dataclass(frozen=True)
class Mail:
    """A mail from CustomersDot. `kind` is `one-time-link`, `cloud-activation` or `license`."""

    kind: str
    recipient: str
    subject: str


class Commit:
    """The writes of one transaction: each is stored, logged and, in CustomersDot, versioned."""

    def __init__(self, db: sqlite3.Connection, cause: Cause, settings: Settings) -> None:
        """Write through `db`, an open transaction."""
        self.db = db
        self.cause = cause
        self.settings = settings
        self.at = time.time()
        self.stamp = records.moment(self.at)

    def create(self, table: Table, values: Row, account: Value) -> tuple[Row, int]:
        """Store a new record; returns it with the number of its log entry."""
        stamps: Row = dict.fromkeys(STAMPS, self.stamp)
        row = records.insert(self.db, table, stamps | values)
        filled = {name: row[name] for name in table.names if row[name] is not None}
        self._version(table, row, "create", changed(table.defaults(), row))
        return row, self._log(table, row["id"], "create", ({}, filled), account)

    def update(self, table: Table, row: Row, wanted: Row, account: Value) -> int | None:
        """Set what differs from `row`; nothing is written or logged when nothing does."""
        changes = changed(row, row | wanted)
        if not changes:
            return None
        stamped = changes | {"updated_at": self.stamp}
        records.update(self.db, table, row["id"], stamped)
        self._version(table, row, "update", stamped)
        before = {name: row[name] for name in changes}
        return self._log(table, row["id"], "update", (before, changes), account)

    def delete(self, table: Table, row: Row, account: Value) -> int:
        """Remove a record; the log keeps all of it."""
        records.delete(self.db, table, row["id"])
        gone: Row = dict.fromkeys((name for name in table.names if row[name] is not None), None)
        self._version(table, row, "destroy", gone)
        return self._log(table, row["id"], "delete", (row, {}), account)

    def unchanged(self, table: Table, row: Row, account: Value) -> int:
        """Note a save that changed nothing: it leaves no other trace, yet it may have effects."""
        return self._log(table, row["id"], "unchanged-save", ({}, {}), account)

    def send(self, about: tuple[Table, Row], mail: Mail, account: Value) -> None:
        """Send a mail about a record: a line in the log, and the mail for whoever looks for it."""
        self.db.execute(
            "INSERT INTO mails (recipient, subject, kind, at) VALUES (?, ?, ?, ?)",
            (mail.recipient, mail.subject, mail.kind, self.at),
        )
        table, row = about
        sent: Row = {"kind": mail.kind, "recipient": mail.recipient}
        self._log(table, row["id"], "send", ({}, sent), account)

    def later(
        self, kind: str, subject: Value, account: Value, cause_seq: int, **payload: Any
    ) -> None:
        """Queue a side effect of the entry `cause_seq`; it is stored with the write itself."""
        lag = self.settings.lag
        if kind == "callout" and self.settings.callout_lag is not None:
            lag = self.settings.callout_lag
        enqueue(self.db, self.at + lag, kind, str(subject), str(account or ""), cause_seq, payload)

    def _log(
        self, table: Table, key: Value, action: str, sides: tuple[Row, Row], account: Value
    ) -> int:
        before, after = (json.dumps(side, ensure_ascii=False) for side in sides)
        cause = self.cause
        cursor = self.db.execute(
            "INSERT INTO write_log (at, system, method, path, model, record_id, action, before,"
            " after, actor, request_id, origin, cause_seq, zuora_account_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.at, table.system, cause.method, cause.path, table.name, str(key), action),
                *(before, after, cause.actor, cause.request_id, cause.origin, cause.cause_seq),
                account,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _version(self, table: Table, row: Row, event: str, changes: Row) -> None:
        if table.system != "customersdot":
            return
        add_version(self.db, table, row["id"], event, self.cause.whodunnit, changes, self.stamp)


def changed(before: Row, after: Row) -> Row:
    """The columns of `after` that are not as in `before`."""
    return {name: value for name, value in after.items() if before.get(name) != value}


def add_version(
    db: sqlite3.Connection,
    table: Table,
    key: Value,
    event: str,
    whodunnit: str | None,
    changes: Row,
    stamp: str,
) -> None:
    """Add a line to the record's PaperTrail history."""
    db.execute(
        "INSERT INTO version (item_type, item_id, event, whodunnit, changes, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (table.name, key, event, whodunnit, json.dumps(changes, ensure_ascii=False), stamp),
    )


def entries(db: sqlite3.Connection, tests: dict[str, Value], since: int) -> list[dict[str, Any]]:
    """Log entries after number `since` whose columns equal `tests`, oldest first."""
    where = "".join(f" AND {name} = ?" for name in tests)
    found = db.execute(
        f"SELECT * FROM write_log WHERE seq > ?{where} ORDER BY seq", (since, *tests.values())
    )
    return [_entry(row) for row in found]


def _entry(row: sqlite3.Row) -> dict[str, Any]:
    entry = dict(row)
    return entry | {side: json.loads(entry[side]) for side in ("before", "after")}
