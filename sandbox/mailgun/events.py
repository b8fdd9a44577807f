"""`GET /v3/{domain}/events`: the older interface. Its `next` never ends: an empty page does."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox.mailgun.shared import (
    DOMAIN,
    BadQuery,
    kept,
    passes,
    sandbox,
    shown,
    state_of,
    token_of,
)

blueprint = Blueprint("events", __name__)
MOST = 300
USUAL = 100
FILTERS = ("event", "recipient", "to", "subject", "severity")


@blueprint.get("/v3/<domain>/events")
def first(domain: str) -> Response:
    """The first page of what the query describes."""
    return _page(domain, _query(), 0)


@blueprint.get("/v3/<domain>/events/<token>")
def further(domain: str, token: str) -> Response:
    """A page by the address that another page gave."""
    state = state_of(token)
    return _page(domain, state["query"], max(0, int(state["start"])))


def _query() -> dict[str, Any]:
    args = request.args
    begin, end, ascending = args.get("begin"), args.get("end"), args.get("ascending")
    if begin and not end and ascending not in ("yes", "no"):
        raise BadQuery("'ascending' is mandatory without 'end'")
    limit = args.get("limit", str(USUAL))
    if not limit.isdigit() or not 0 < int(limit) <= MOST:
        raise BadQuery(f"'limit' is 1 to {MOST}")
    now = time.time()
    times = sorted((_seconds(begin, 0.0), _seconds(end, now)))
    falling = ascending == "no" or (not begin and ascending is None)
    tests = {name: args[name] for name in FILTERS if name in args}
    return {"times": times, "falling": falling, "limit": int(limit), "tests": tests}


def _seconds(given: str | None, otherwise: float) -> float:
    try:
        return float(given) if given else otherwise
    except ValueError:
        raise BadQuery("times are seconds of the epoch") from None


def _page(domain: str, query: dict[str, Any], start: int) -> Response:
    if domain != DOMAIN:
        abort(404)
    with sandbox().reading() as db:
        begin, end = query["times"]
        rows = kept(db, begin, end, sandbox().settings.mail_event_days)
    rows = [row for row in rows if passes(row, query["tests"])]
    if query["falling"]:
        rows.reverse()
    limit = int(query["limit"])
    chosen = rows[start : start + limit]

    def address(position: int) -> str:
        token = token_of({"query": query, "start": position})
        return f"{request.root_url}v3/{domain}/events/{token}"

    return jsonify(
        items=[shown(row) | {"timestamp": row["at"]} for row in chosen],
        paging={
            "next": address(start + len(chosen)),
            "previous": address(max(0, start - limit)),
            "first": address(0),
            "last": address(max(0, len(rows) - limit)),
        },
    )
