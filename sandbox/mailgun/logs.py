"""`POST /v1/analytics/logs`: the newer interface. Times are RFC 2822 in and ISO out."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox import records
from sandbox.columns import Row
from sandbox.mailgun.shared import (
    DAY,
    DOMAIN,
    BadQuery,
    Tests,
    kept,
    known,
    passes,
    sandbox,
    shown,
    state_of,
    token_of,
)

blueprint = Blueprint("logs", __name__)
MOST = 1000
USUAL = 100
UNITS = {"h": 3600.0, "d": DAY}


@blueprint.post("/v1/analytics/logs")
def logs() -> Response:
    """A page of the log, newest first."""
    settings = sandbox().settings
    if not settings.mail_logs:
        abort(404)
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise BadQuery("a JSON object is needed")
    begin, end = _span(body)
    domain, tests = _filters(body)
    paging = body.get("pagination") or {}
    limit = min(MOST, max(1, int(paging.get("limit") or USUAL)))
    start = int(state_of(paging["token"])["start"]) if paging.get("token") else 0
    with sandbox().reading() as db:
        rows = kept(db, begin, end, settings.mail_log_days) if domain == DOMAIN else []
    rows = [row for row in rows if passes(row, tests) and _asked(row, body)][::-1]
    chosen = rows[start : start + limit]
    return jsonify(
        start=body.get("start"),
        end=body.get("end"),
        items=[_item(row) for row in chosen],
        pagination={
            "previous": token_of({"start": max(0, start - limit)}),
            "next": token_of({"start": start + len(chosen)}),
            "first": token_of({"start": 0}),
            "last": token_of({"start": max(0, len(rows) - limit)}),
            "total": len(rows),
        },
        aggregates={},
    )


def _item(row: Row) -> dict[str, Any]:
    at = records.moment(float(row["at"] or 0))
    return shown(row) | {"@timestamp": f"{at[:-4]}Z", "domain": {"name": DOMAIN}, "envelope": {}}


def _asked(row: Row, body: dict[str, Any]) -> bool:
    return not body.get("events") or row["event"] in body["events"]


def _span(body: dict[str, Any]) -> tuple[float, float]:
    end = _moment(body["end"]) if body.get("end") else time.time()
    if duration := str(body.get("duration") or ""):
        if not duration[:-1].isdigit() or duration[-1] not in UNITS:
            raise BadQuery("duration is a number of h or d")
        return end - int(duration[:-1]) * UNITS[duration[-1]], end
    return (_moment(body["start"]) if body.get("start") else end - DAY), end


def _moment(text: object) -> float:
    try:
        return parsedate_to_datetime(str(text)).timestamp()
    except ValueError:
        raise BadQuery("times are in the format of RFC 2822") from None


def _filters(body: dict[str, Any]) -> tuple[str, Tests]:
    """The domain, and the tests on each event. Only equality is known here."""
    tests: Tests = {}
    for one in (body.get("filter") or {}).get("AND", []):
        values = [str(value["value"]) for value in one.get("values", [])]
        if one.get("comparator") != "=" or len(values) != 1:
            raise BadQuery("a filter has the comparator = and one value")
        tests[str(one.get("attribute"))] = values[0]
    return tests.pop("domain", DOMAIN), known(tests)
