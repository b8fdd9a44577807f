"""The rows a ZOQL query finds, page by page, at a cost that does not grow with the pages.

A page begins behind the last row of the one before it, by moment and id where the query is about a
moment and by id alone elsewhere. Within a page rows come by id, which says nothing: ZOQL promises
no order.
"""

from __future__ import annotations

import re
import sqlite3
from operator import itemgetter
from typing import Any

from sandbox.columns import Cells
from sandbox.records import cells_as_of
from sandbox.zuora.zoql import Query

LOWER_BOUND = re.compile(r'("(?:created|updated)_at" >)')


class Rows:
    """What a query finds. `columns` are those that are read, of which the caller sees some."""

    def __init__(self, query: Query) -> None:
        """Nothing is read yet."""
        self._query = query
        self._key = (query.moment, "id") if query.moment else ("id",)
        self.columns = tuple(dict.fromkeys((*query.fields.values(), *self._key)))
        self._id = self.columns.index("id")

    def count(self, db: sqlite3.Connection) -> int:
        """How many there are in all."""
        query = self._query
        sql = f"SELECT count(*) FROM {query.table.sql_name} WHERE {query.where}"
        return int(db.execute(sql, query.values).fetchone()[0])

    def page(self, db: sqlite3.Connection, behind: Cells | None, limit: int) -> list[Cells]:
        """At most `limit` rows behind a place."""
        query, key = self._query, ", ".join(self._key)
        where, values = f"({query.where})", query.values
        if behind:
            # The bound of this page must be the one the index is entered by, not the query's own.
            where = re.sub(LOWER_BOUND, r"+\1", where) if query.moment else where
            where += f" AND ({key}) > ({', '.join('?' * len(behind))})"
            values += behind
        names = ", ".join(f'"{name}"' for name in self.columns)
        cursor = db.cursor()
        cursor.row_factory = None
        source = f"{query.table.sql_name} WHERE {where}"
        cursor.execute(f"SELECT {names} FROM {source} ORDER BY {key} LIMIT ?", (*values, limit))
        return cursor.fetchall()

    def place(self, row: Cells) -> Cells:
        """Where a row stands, for the page behind it."""
        return tuple(row[self.columns.index(name)] for name in self._key)

    def then(self, db: sqlite3.Connection, rows: list[Cells], at: float | None) -> list[Cells]:
        """The rows as they were at the time of a late read; which rows match is of now."""
        return rows if at is None else cells_as_of(db, self._query.table, self.columns, rows, at)

    def shown(self, rows: list[Cells]) -> list[dict[str, Any]]:
        """The rows as Zuora writes them: nulls are left out."""
        names = tuple(self._query.fields)
        places = [self.columns.index(column) for column in self._query.fields.values()]
        straight = places == list(range(len(names)))
        found = []
        for row in sorted(rows, key=itemgetter(self._id)):
            cells = row if straight else [row[place] for place in places]
            pairs = zip(names, cells, strict=False)
            found.append({name: value for name, value in pairs if value is not None})
        return found
