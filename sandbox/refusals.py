"""Zuora's two answers with status 429; they are not alike."""

from __future__ import annotations

import json

from sandbox.wire import Reply

TOO_MANY_AT_ONCE = (
    "The total number of concurrent requests has exceeded the limit allowed by the system. "
    "Please resubmit your request later."
)
PAUSE = 120


def too_many_at_once(headers: dict[str, str], status: int = 429) -> Reply:
    """The first: in the shape of v1, with Retry-After."""
    reasons = [{"code": 50000070, "message": TOO_MANY_AT_ONCE}]
    body = {"success": False, "processId": "SANDBOX", "reasons": reasons, "requestId": "sandbox"}
    return Reply.of(status, json.dumps(body), {"Retry-After": str(PAUSE)} | headers)


def too_many_over_time(window: str, wait: str, headers: dict[str, str]) -> Reply:
    """The second: a two-digit code, no `success`, RateLimit-Reset in place of Retry-After."""
    message = f"API Rate limit exceeded for the {window}, retry after {wait} seconds"
    body = {"reasons": [{"code": 70, "message": message}]}
    return Reply.of(
        429, json.dumps(body), {"RateLimit-Remaining": "0", "RateLimit-Reset": wait} | headers
    )
