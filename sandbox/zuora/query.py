"""The two query calls: the first page of a ZOQL query, and the pages behind it."""

from __future__ import annotations

import secrets
import sqlite3
import time
from typing import Any

from flask import Blueprint, Response, g, jsonify

from sandbox.columns import Row, Table
from sandbox.records import as_of
from sandbox.zuora.errors import fault
from sandbox.zuora.requests import json_body
from sandbox.zuora.shared import sandbox
from sandbox.zuora.zoql import Query, QueryError, parse

blueprint = Blueprint("query", __name__)
MOST = 2000


@blueprint.errorhandler(QueryError)
def refused(error: QueryError) -> Response:
    """Shape 3, always with status 400."""
    return fault(error.code, str(error))


@blueprint.post("/v1/action/query")
def query() -> Response:
    """Run a query."""
    body = json_body()
    return jsonify(_page(str(body.get("queryString", "")), 0, _batch(body)))


@blueprint.post("/v1/action/queryMore")
def query_more() -> Response:
    """Go on where an earlier page ended."""
    body = json_body()
    with sandbox().reading() as db:
        row = db.execute(
            "SELECT query, position FROM locator WHERE value = ? AND expires_at > ?",
            (str(body.get("queryLocator")), time.time()),
        ).fetchone()
    if row is None:
        raise QueryError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return jsonify(_page(row["query"], row["position"], _batch(body)))


def _batch(body: dict[str, Any]) -> int:
    size = (body.get("conf") or {}).get("batchSize", MOST)
    return min(MOST, max(1, int(size)))


def _page(text: str, position: int, batch: int) -> dict[str, Any]:
    """One page. There is no `success`, nulls are left out, and so is an empty `records`."""
    found = parse(text)
    with sandbox().reading() as db:
        table, where = found.table.sql_name, found.where
        sql = f"SELECT count(*) FROM {table} WHERE {where}"
        size = db.execute(sql, found.values).fetchone()[0]
        sql = f"SELECT * FROM {table} WHERE {where} ORDER BY id LIMIT ? OFFSET ?"
        rows = db.execute(sql, (*found.values, batch, position)).fetchall()
        known = [_then(db, found.table, found.table.load(row)) for row in rows]
    records = [_record(found, row) for row in known if row]
    body: dict[str, Any] = {"records": records} if records else {}
    body |= {"size": size, "done": position + len(rows) >= size}
    if not body["done"]:
        body["queryLocator"] = _locator(text, position + len(rows))
    return body


def _then(db: sqlite3.Connection, table: Table, row: Row) -> Row | None:
    """The row as it was at the time of a late read; which rows match is of now."""
    return row if g.as_of is None else as_of(db, table, row["id"], g.as_of)


def _record(found: Query, row: Row) -> Row:
    pairs = ((name, row[column]) for name, column in found.fields.items())
    return {name: value for name, value in pairs if value is not None}


def _locator(text: str, position: int) -> str:
    value = f"{secrets.token_hex(16)}-{position}"
    with sandbox().store.writing() as db:
        expires_at = time.time() + sandbox().settings.locator_ttl
        db.execute("INSERT INTO locator VALUES (?, ?, ?, ?)", (value, text, position, expires_at))
    return value
