"""Plants a single record of the past: with old stamps and a history, but not in the write log."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

from sandbox import records
from sandbox.columns import Row, Table
from sandbox.ledger import add_version, changed

AGE = timedelta(days=400)


def plant(db: sqlite3.Connection, table: Table, values: Row) -> Row:
    """Store a record as old as the world; in CustomersDot with its `create` line."""
    stamp = stamp_of(AGE)
    stamps: Row = {"created_at": stamp, "updated_at": stamp}
    row = records.insert(db, table, stamps | values)
    if table.system == "customersdot":
        changes = changed(table.defaults(), row)
        add_version(db, table, row["id"], "create", None, changes, stamp)
    return row


def stamp_of(ago: timedelta) -> str:
    """The moment that long ago, as it is stored."""
    return records.moment((datetime.now(UTC) - ago).timestamp())
