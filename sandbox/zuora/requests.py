"""Reading what was sent: bodies, and the headers a caller may set."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from typing import Any

from flask import g, request

from sandbox.zuora.errors import MALFORMED, UNSUPPORTED, ApiError, Reason, invalid

READS = ("GET", "HEAD")
QUERIES = ("/v1/action/query", "/v1/action/queryMore")
TRACK_ID = re.compile(r"[ -~]{1,64}")
FORBIDDEN = re.compile(r"[:;\"']")


def is_read() -> bool:
    """Whether a call changes nothing: the queries are POSTs, yet only read."""
    return request.method in READS or request.path in QUERIES


def check_track_id() -> None:
    """At most 64 ASCII characters and none of `: ; " '`; how Zuora refuses others is a guess."""
    track = request.headers.get("Zuora-Track-Id")
    if track is None:
        return
    if not TRACK_ID.fullmatch(track) or FORBIDDEN.search(track):
        raise invalid("The header Zuora-Track-Id is not valid.")
    g.track_id = track


def json_body() -> dict[str, Any]:
    """The JSON object that was sent, compressed or not."""
    if not request.is_json:
        reason = Reason(UNSUPPORTED, f"Content type '{request.content_type}' not supported")
        raise ApiError(reason, status=415)
    try:
        body = json.loads(_plain())
    except (ValueError, OSError, EOFError, zlib.error):
        body = None
    if not isinstance(body, dict):
        raise ApiError(Reason(MALFORMED, "Malformed JSON in request body"))
    return body


def _plain() -> bytes:
    data = request.get_data()
    return gzip.decompress(data) if request.headers.get("Content-Encoding") == "gzip" else data
