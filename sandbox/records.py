"""Reading and writing single records, without any rule: rules live in `world`."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sandbox.columns import Cells, Row, Table, Value


def moment(at: float) -> str:
    """An instant in the form both systems store it, UTC with microseconds."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def get(db: sqlite3.Connection, table: Table, key: Value) -> Row | None:
    """The record with that id."""
    found = db.execute(f"SELECT * FROM {table.sql_name} WHERE id = ?", (key,)).fetchone()
    return table.load(found) if found else None


def find(db: sqlite3.Connection, table: Table, **wanted: Value) -> list[Row]:
    """Records whose columns equal the given values; folded columns regardless of case."""
    tests = " AND ".join(_test(table, name) for name in wanted)
    sql = f"SELECT * FROM {table.sql_name} WHERE {tests} ORDER BY id"
    return [table.load(row) for row in db.execute(sql, tuple(wanted.values()))]


def _test(table: Table, name: str) -> str:
    return f'"{name}" = ?' + (" COLLATE NOCASE" if name in table.folded else "")


def first(db: sqlite3.Connection, table: Table, **wanted: Value) -> Row | None:
    """The first of `find`, if any."""
    return next(iter(find(db, table, **wanted)), None)


def insert(db: sqlite3.Connection, table: Table, values: Row) -> Row:
    """Store a new record and return it whole, with its id."""
    row = table.defaults() | values
    names = [name for name in table.names if not (name == "id" and row["id"] is None)]
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" for _ in names)
    cursor = db.execute(
        f"INSERT INTO {table.sql_name} ({quoted}) VALUES ({marks})", [row[name] for name in names]
    )
    return row if row["id"] is not None else row | {"id": cursor.lastrowid}


def update(db: sqlite3.Connection, table: Table, key: Value, changes: Row) -> None:
    """Set some columns of one record."""
    assignments = ", ".join(f'"{name}" = ?' for name in changes)
    db.execute(f"UPDATE {table.sql_name} SET {assignments} WHERE id = ?", (*changes.values(), key))


def delete(db: sqlite3.Connection, table: Table, key: Value) -> None:
    """Remove one record."""
    db.execute(f"DELETE FROM {table.sql_name} WHERE id = ?", (key,))


def as_of(db: sqlite3.Connection, table: Table, key: Value, at: float) -> Row | None:
    """The record as it stood at an earlier moment, by undoing the write log backwards."""
    undo = db.execute(
        "SELECT action, before FROM write_log WHERE model = ? AND record_id = ? AND at > ?"
        " ORDER BY seq DESC",
        (table.name, str(key), at),
    )
    return _undone(get(db, table, key), undo.fetchall())


def cells_as_of(
    db: sqlite3.Connection, table: Table, names: Sequence[str], found: list[Cells], at: float
) -> list[Cells]:
    """Many records as they stood at an earlier moment; those that did not exist are left out.

    `names` are the columns they have, the id among them.
    """
    undo = defaultdict(list)
    for key, *entry in db.execute(
        "SELECT record_id, action, before FROM write_log WHERE model = ? AND at > ?"
        " ORDER BY seq DESC",
        (table.name, at),
    ):
        undo[key].append(entry)
    place, then = list(names).index("id"), []
    for cells in found:
        entries = undo.get(str(cells[place]))
        row = _undone(dict(zip(names, cells, strict=True)), entries) if entries else None
        if not entries:
            then.append(cells)
        elif row:
            then.append(tuple(row[name] for name in names))
    return then


def _undone(row: Row | None, entries: Iterable[Sequence[Any]]) -> Row | None:
    for action, before in entries:
        row = None if action == "create" else (row or {}) | json.loads(before)
    return row
