"""Lists of records: filtered, sorted and cut into pages the way rails_admin does it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.customersdot.filters import conditions
from sandbox.customersdot.registry import AdminModel

PER_PAGE = 20
KAMINARI_DEFAULT = 25
SELECT_LIMIT = 30


@dataclass(frozen=True)
class Listing:
    """The rows of one page. `total` is how many there are in all, which JSON never says."""

    rows: list[Row]
    page: int
    per: int
    count: Callable[[], int]

    @property
    def total(self) -> int:
        """Counted only when somebody asks, as long as the view of the data lasts."""
        return self.count()


def listing(
    db: sqlite3.Connection,
    model: AdminModel,
    params: dict[str, Any],
    inline_below: int,
    names: Sequence[str] | None = None,
) -> Listing:
    """The list a request asks for; with `names`, of these columns alone."""
    tests = list(conditions(model, params))
    where = " AND ".join(test for test, _ in tests) or "1"
    values: list[Value] = [value for _, more in tests for value in more]
    source = f"{model.table.sql_name} t WHERE {where}"

    def count() -> int:
        return int(db.execute(f"SELECT count(*) FROM {source}", values).fetchone()[0])

    page, per = _page(params), _per(params)
    names = names or model.table.names
    read = tuple(dict.fromkeys((*names, "id")))
    columns = ", ".join(f't."{name}"' for name in read)
    sql = f"SELECT {columns} FROM {source} ORDER BY {_order(model, params)}"
    if params.get("associated_collection"):
        sql += "" if count() < inline_below else f" LIMIT {SELECT_LIMIT}"
    elif not params.get("all") and not params.get("bulk_ids"):
        sql += f" LIMIT {per} OFFSET {(page - 1) * per}"
    cursor = db.cursor()
    cursor.row_factory = None
    cells = cursor.execute(sql, values).fetchall()
    if g.as_of is not None:
        # As they were when a fault makes this read stale; which rows match is not undone.
        cells = records.cells_as_of(db, model.table, read, cells, g.as_of)
    if len(read) > len(names):
        cells = [one[:-1] for one in cells]
    return Listing(model.table.rows(names, cells), page, per, count)


def _page(params: dict[str, Any]) -> int:
    return max(1, int(str(params.get("page"))) if str(params.get("page")).isdigit() else 1)


def _per(params: dict[str, Any]) -> int:
    if params.get("per") in (None, ""):
        return PER_PAGE
    found = re.match(r"\d+", str(params["per"]))
    return (int(found.group()) if found else 0) or KAMINARI_DEFAULT


def _order(model: AdminModel, params: dict[str, Any]) -> str:
    """Newest id first unless a known column is named; only then `sort_reverse` means downwards."""
    reverse = str(params.get("sort_reverse")) == "true"
    column = params.get("sort")
    if column in model.table.names and column != "id":
        return f't."{column}" {"DESC" if reverse else "ASC"}, t.id DESC'
    return f"t.id {'ASC' if reverse else 'DESC'}"
