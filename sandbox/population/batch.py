"""Rows on their way into the database, many at a time."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta

from sandbox.columns import Row, Table
from sandbox.ledger import changed
from sandbox.tables import CUSTOMER

Version = tuple[str, int, str, str | None, str, str]
OPERATOR = "admin:former.operator@handover.example"


class Batch:
    """Collects records, with ids and history, until they are stored."""

    def __init__(self, db: sqlite3.Connection, today: date) -> None:
        """Write into an empty world, seen from `today`."""
        self._db = db
        self._today = today
        self._rows: dict[str, list[tuple[object, ...]]] = {}
        self._tables: dict[str, Table] = {}
        self._defaults: dict[str, Row] = {}
        self._last: dict[str, int] = {}
        self._versions: list[Version] = []
        self._traits: list[tuple[str, str]] = []

    def day(self, ago: int) -> str:
        """The date that many days ago."""
        return (self._today - timedelta(days=ago)).isoformat()

    def stamp(self, ago: int) -> str:
        """A moment that many days ago."""
        return f"{self.day(ago)}T09:00:00.000000Z"

    def add(self, table: Table, ago: int, values: Row) -> Row:
        """A record that was made that many days ago."""
        name = table.name
        if name not in self._tables:
            self._tables[name] = table
            self._defaults[name] = table.defaults()
            self._rows[name] = []
        stamp = self.stamp(ago)
        row = self._defaults[name] | {"created_at": stamp, "updated_at": stamp} | values
        if table.counted:
            row["id"] = self._last[name] = self._last.get(name, 0) + 1
            self._note(table, row, "create", None, changed(self._defaults[name], row), stamp)
        self._rows[name].append(tuple(row.values()))
        return row

    def switch_off(self, customer: Row, ago: int) -> None:
        """An operator took the login away from the Customer that was added last."""
        changes: Row = {"login_activated": False, "updated_at": self.stamp(ago)}
        self._note(CUSTOMER, customer, "update", OPERATOR, changes, self.stamp(ago))
        self._rows[CUSTOMER.name][-1] = tuple((customer | changes).values())

    def trait(self, name: str, number: str) -> None:
        """Note what is special about an account."""
        self._traits.append((name, number))

    def _note(
        self, table: Table, row: Row, event: str, whodunnit: str | None, changes: Row, stamp: str
    ) -> None:
        text = json.dumps(changes, ensure_ascii=False)
        self._versions.append((table.name, int(str(row["id"])), event, whodunnit, text, stamp))

    def store(self) -> None:
        """Write down what was collected."""
        for name, rows in self._rows.items():
            if rows:
                table = self._tables[name]
                columns = ", ".join(f'"{column}"' for column in table.names)
                marks = ", ".join("?" * len(table.names))
                sql = f"INSERT INTO {table.sql_name} ({columns}) VALUES ({marks})"
                self._db.executemany(sql, rows)
                rows.clear()
        self._db.executemany(
            "INSERT INTO version (item_type, item_id, event, whodunnit, changes, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            self._versions,
        )
        self._db.executemany("INSERT INTO trait VALUES (?, ?)", self._traits)
        self._versions.clear()
        self._traits.clear()
