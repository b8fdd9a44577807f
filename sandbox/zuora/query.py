"""The two query calls: the first page of a ZOQL query, and the pages behind it."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify

from sandbox.columns import Cells
from sandbox.zuora.errors import fault
from sandbox.zuora.requests import json_body
from sandbox.zuora.shared import sandbox
from sandbox.zuora.zoql import QueryError, parse
from sandbox.zuora.zoql_rows import Rows

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
    text = str(body.get("queryString", ""))
    found = Rows(parse(text))
    with sandbox().reading() as db:
        return jsonify(_page(db, Locator(text, found.count(db)), found, _batch(body)))


@blueprint.post("/v1/action/queryMore")
def query_more() -> Response:
    """Go on where an earlier page ended."""
    body = json_body()
    with sandbox().reading() as db:
        locator = _located(db, str(body.get("queryLocator")))
        return jsonify(_page(db, locator, Rows(parse(locator.query)), _batch(body)))


@dataclass(frozen=True)
class Locator:
    """Where a query stands: how many rows it had at first, and the last one that was given."""

    query: str
    size: int
    behind: Cells | None = None


def _located(db: sqlite3.Connection, value: str) -> Locator:
    row = db.execute(
        "SELECT query, size, behind FROM page_locator WHERE value = ? AND expires_at > ?",
        (value, time.time()),
    ).fetchone()
    if row is None:
        raise QueryError("INVALID_QUERY_LOCATOR", "invalid query locator")
    return Locator(row["query"], row["size"], tuple(json.loads(row["behind"])))


def _batch(body: dict[str, Any]) -> int:
    size = (body.get("conf") or {}).get("batchSize", MOST)
    return min(MOST, max(1, int(size)))


def _page(db: sqlite3.Connection, at: Locator, found: Rows, batch: int) -> dict[str, Any]:
    """One page. There is no `success`, nulls are left out, and so is an empty `records`."""
    rows = found.page(db, at.behind, batch + 1)
    page = found.shown(found.then(db, rows[:batch], g.as_of))
    done = len(rows) <= batch
    body: dict[str, Any] = {"records": page} if page else {}
    body |= {"size": at.size, "done": done}
    if not done:
        behind = found.place(rows[batch - 1])
        body["queryLocator"] = _kept(Locator(at.query, at.size, behind))
    return body


def _kept(at: Locator) -> str:
    """The name under which a query can be gone on with, for as long as the settings say."""
    value, now = secrets.token_hex(20), time.time()
    with sandbox().store.writing() as db:
        db.execute("DELETE FROM page_locator WHERE expires_at < ?", (now,))
        db.execute(
            "INSERT INTO page_locator VALUES (?, ?, ?, ?, ?)",
            (value, at.query, at.size, json.dumps(at.behind), now + sandbox().settings.locator_ttl),
        )
    return value
