"""The history pages: what PaperTrail recorded, new values only, to the minute."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.customersdot.answers import KnownDefect, take_flash
from sandbox.customersdot.listing import PER_PAGE
from sandbox.customersdot.lookup import model_for, record_for
from sandbox.customersdot.registry import AdminModel
from sandbox.customersdot.shared import format_among, params, sandbox
from sandbox.customersdot.tabs import tabs

blueprint = Blueprint("history", __name__)
MOST_FOR_SHOW_ALL = 100


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    at: str
    user: str
    item: str
    message: str


@blueprint.get("/admin/<name>/history")
def of_model(name: str) -> str:
    """All changes of a model, newest first; the only place where a deleted record's remain."""
    model = model_for(name, "history_index")
    with sandbox().reading() as db:
        return _page(db, model, None)


@blueprint.get("/admin/<name>/<key>/history")
def of_record(name: str, key: str) -> str:
    """One record's changes, oldest first whatever `sort` says."""
    model = model_for(name, "history_show")
    with sandbox().reading() as db:
        return _page(db, model, record_for(db, model, key))


def _page(db: sqlite3.Connection, model: AdminModel, row: Row | None) -> str:
    if format_among("html") is None:
        raise KnownDefect("the history knows HTML only")
    asked = params()
    page = max(1, int(asked["page"])) if str(asked.get("page")).isdigit() else 1
    total, rows = _versions(db, model, row["id"] if row else None, page)
    shown_all = "all" in asked
    return render_template(
        "history.html",
        model=model,
        row=row,
        lines=[_line(db, model, one) for one in rows],
        total=total,
        pages=1 if shown_all else -(-total // PER_PAGE),
        page=page,
        offer_all=not shown_all and len(rows) < total <= MOST_FOR_SHOW_ALL,
        query=asked.get("query", ""),
        flash=take_flash(),
        tabs=tabs(db, model, row) if row else [],
    )


def _versions(
    db: sqlite3.Connection, model: AdminModel, key: Value, page: int
) -> tuple[int, list[sqlite3.Row]]:
    """The lines of one page. The search box looks at the event only: a known upstream bug."""
    where, values = "item_type = ?", [model.key]
    if key is not None:
        where += " AND item_id = ?"
        values.append(str(key))
    if query := str(params().get("query") or ""):
        where += " AND event LIKE ?"
        values.append(f"%{query}%")
    total = db.execute(f"SELECT count(*) FROM version WHERE {where}", values).fetchone()[0]
    order = "DESC" if key is None else "ASC"
    sql = f"SELECT * FROM version WHERE {where} ORDER BY id {order}"
    if "all" not in params():
        sql += f" LIMIT {PER_PAGE} OFFSET {(page - 1) * PER_PAGE}"
    return total, db.execute(sql, values).fetchall()


def _line(db: sqlite3.Connection, model: AdminModel, version: sqlite3.Row) -> Line:
    at = datetime.fromisoformat(version["created_at"])
    stamp = f"{at:%B} {at:%d}, {at:%Y %H:%M}"
    item = records.get(db, model.table, version["item_id"])
    label = model.label_of(item) if item else f"{model.label} #{version['item_id']}"
    return Line(stamp, version["whodunnit"] or "", label, _message(version))


def _message(version: sqlite3.Row) -> str:
    """`event [field = new value, ...]`: joined with commas, and nothing is escaped."""
    changes: dict[str, Any] = json.loads(version["changes"])
    fields = ", ".join(f"{name} = {_printed(name, value)}" for name, value in changes.items())
    return f"{version['event']} [{fields}]" if fields else str(version["event"])


def _printed(name: str, value: Any) -> str:
    """A value as Ruby prints it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if name.endswith("_at"):
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M:%S} UTC"
    return str(value)
