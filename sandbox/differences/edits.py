"""Changes behind the back of both systems, without a trace in the write log, that can be undone."""

from __future__ import annotations

import sqlite3
from typing import Any

from sandbox import records
from sandbox.columns import Row, Table
from sandbox.ledger import STAMPS, add_version, changed
from sandbox.tables import BY_NAME, CUSTOMER

OPERATOR = "admin:former.operator@handover.example"
Before = tuple[str, Any, Row | None]


class Edits:
    """Some changes of one moment. `before` is what they replaced, in the order they were made."""

    def __init__(self, db: sqlite3.Connection, stamp: str) -> None:
        """Change records through `db`; `stamp` is their new `updated_at`."""
        self.db = db
        self.before: list[Before] = []
        self.stamp = stamp

    def change(self, table: Table, row: Row, **values: Any) -> None:
        """Set some columns of a record, with a line in a Customer's history."""
        changes = changed(row, row | values)
        self.before.append((table.name, row["id"], {name: row[name] for name in changes}))
        stamped = changes | {"updated_at": self.stamp}
        records.update(self.db, table, row["id"], stamped)
        if table is CUSTOMER:
            self._note(row, stamped)

    def make(self, table: Table, **values: Any) -> Row:
        """A new record."""
        stamps = dict.fromkeys(STAMPS, self.stamp)
        row = records.insert(self.db, table, {**stamps, **values, "updated_at": self.stamp})
        self.before.append((table.name, row["id"], None))
        return row

    def remove(self, table: Table, row: Row) -> None:
        """Delete a record."""
        self.before.append((table.name, row["id"], row))
        records.delete(self.db, table, row["id"])

    def undo(self, before: list[Before]) -> None:
        """Take other edits back; what was deleted returns under its old id."""
        for name, key, values in reversed(before):
            table = BY_NAME[name]
            row = records.get(self.db, table, key)
            if row and values is None:
                self.remove(table, row)
            elif row and values:
                self.change(table, row, **values)
            elif values and "id" in values:
                self.make(table, **values)

    def _note(self, customer: Row, changes: Row) -> None:
        """What happened to a Customer can be read in the history, which begins with `create`."""
        sql = "SELECT 1 FROM version WHERE item_type = ? AND item_id = ?"
        if not self.db.execute(sql, (CUSTOMER.name, customer["id"])).fetchone():
            made = changed(CUSTOMER.defaults(), customer)
            stamp = str(customer["created_at"])
            add_version(self.db, CUSTOMER, customer["id"], "create", None, made, stamp)
        add_version(self.db, CUSTOMER, customer["id"], "update", OPERATOR, changes, self.stamp)
