"""Very many rows on their way into an empty database, as tuples and without history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import schema
from sandbox.columns import Table, Value
from sandbox.tables import TABLES

# Zuora's ids come in no order, so their index must fit in memory, or seeding ends in disk seeks.
CACHE_KIB = 64 * 1024
USUAL_CACHE_KIB = 2000


class Sheet:
    """Rows of one table. Columns that are not named get the table's defaults."""

    def __init__(self, table: Table, *columns: str) -> None:
        """Take tuples of the values of `columns`, in that order, ids and stamps included."""
        self.rows: list[tuple[Value, ...]] = []
        rest = {name: value for name, value in table.defaults().items() if name not in columns}
        fixed = {name: value for name, value in rest.items() if value is not None}
        names = ", ".join(f'"{name}"' for name in (*columns, *fixed))
        marks = ", ".join((*("?" * len(columns)), *(_literal(one) for one in fixed.values())))
        self._sql = f"INSERT INTO {table.sql_name} ({names}) VALUES ({marks})"

    def store(self, db: sqlite3.Connection) -> None:
        """Write the rows down and forget them."""
        db.executemany(self._sql, self.rows)
        self.rows.clear()


def _literal(value: Value) -> str:
    return f"'{value}'" if isinstance(value, str) else str(float(value or 0))


@contextmanager
def loading(db: sqlite3.Connection) -> Iterator[None]:
    """Fill the tables without their indexes, which are made at once in the end: much faster."""
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        for table in TABLES:
            for name in schema.index_names(table):
                db.execute(f"DROP INDEX IF EXISTS {name}")
        yield
        for table in TABLES:
            for statement in schema.create_indexes(table):
                db.execute(statement)
    finally:
        db.execute(f"PRAGMA cache_size = -{USUAL_CACHE_KIB}")
