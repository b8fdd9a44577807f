"""Object Query: lists and single records, with related ones, straight from the objects."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.zuora.errors import ApiError, bad_query, gateway, not_found, render_query
from sandbox.zuora.object_request import Wish, understood
from sandbox.zuora.objects import OBJECTS, Expansion, QueryObject
from sandbox.zuora.shared import sandbox

blueprint = Blueprint("object_query", __name__, url_prefix="/object-query")
blueprint.register_error_handler(ApiError, render_query)
Item = dict[str, Any]


@blueprint.get("/<name>")
def listed(name: str) -> Response:
    """One page of an object's records. There is no `success`."""
    target = OBJECTS.get(name.lower())
    if target is None:
        return gateway(404, "Not Found")
    wish = understood(target, request.args.items(multi=True))
    with sandbox().reading() as db:
        where = " AND ".join(test for test, _ in wish.tests) or "1"
        values = [value for _, some in wish.tests for value in some]
        page = [*values, wish.size + 1, wish.position]
        rows = _rows(db, target, f"{where} ORDER BY {wish.order} LIMIT ? OFFSET ?", page)
        data = [_item(db, target, row, wish) for row in rows[: wish.size]]
    more = {"nextPage": wish.cursor()} if len(rows) > wish.size else {}
    return jsonify(more | {"data": data})


@blueprint.get("/<name>/<key>")
def single(name: str, key: str) -> Response:
    """One record by id or number, bare."""
    target = OBJECTS.get(name.lower())
    if target is None:
        return gateway(404, "Not Found")
    wish = understood(target, request.args.items(multi=True))
    if wish.tests:
        raise bad_query("A single record takes no filter.")
    keys = [f't."{column}" = ?' for column in ("id", target.number) if column]
    with sandbox().reading() as db:
        rows = _rows(db, target, " OR ".join(keys), [key] * len(keys))
        if not rows:
            raise not_found(key)
        return jsonify(_item(db, target, rows[0], wish))


def _rows(db: sqlite3.Connection, target: QueryObject, rest: str, values: list[Value]) -> list[Row]:
    """Records with every field; of late reads, as they were then."""
    columns = ", ".join(f'{sql} AS "{name}"' for name, sql in target.computed.items())
    source = f"{target.table.sql_name} t WHERE {rest}"
    found = db.execute(f"SELECT t.*{', ' if columns else ''}{columns} FROM {source}", values)
    rows = []
    for one in found.fetchall():
        row: Row | None = target.table.load(one)
        if g.as_of is not None:
            row = records.as_of(db, target.table, one["id"], g.as_of)
        if row is not None:
            plain = {name: row[column] for name, column in target.fields.items()}
            rows.append(plain | {name: one[name] for name in target.computed})
    return rows


def _item(db: sqlite3.Connection, target: QueryObject, row: Row, wish: Wish) -> Item:
    item = _shown(row, wish.fields, wish.with_nulls)
    for expansion, fields in wish.expansions:
        if expansion.many:
            item[expansion.key] = _many(db, expansion, row, fields, wish)
        elif (one := _one(db, target, expansion, row)) is not None:
            item[expansion.key] = _shown(one, fields, wish.with_nulls)
        elif wish.with_nulls:
            item[expansion.key] = None
    return item


def _one(db: sqlite3.Connection, target: QueryObject, expansion: Expansion, row: Row) -> Row | None:
    if expansion.target is None:
        return None
    name = next(name for name, column in target.fields.items() if column == expansion.column)
    return next(iter(_rows(db, OBJECTS[expansion.target], "t.id = ?", [row[name]])), None)


def _many(
    db: sqlite3.Connection,
    expansion: Expansion,
    row: Row,
    fields: tuple[str, ...] | None,
    wish: Wish,
) -> list[Item]:
    """At most a page of them; the others cannot be reached this way."""
    if expansion.target is None:
        return []
    where = f't."{expansion.column}" = ? ORDER BY t.id LIMIT ?'
    rows = _rows(db, OBJECTS[expansion.target], where, [row["id"], wish.size])
    return [_shown(one, fields, wish.with_nulls) for one in rows]


def _shown(row: Row, fields: tuple[str, ...] | None, with_nulls: bool) -> Item:
    names = row if fields is None else fields
    return {name: row[name] for name in names if with_nulls or row[name] is not None}
