"""How often Zendesk may be asked: 700 calls a minute, and 100 changes of tickets."""

from __future__ import annotations

from flask import Response, g

from sandbox.quotas import State
from sandbox.zendesk.shared import ApiError, sandbox


def count() -> None:
    """Count a call of any kind."""
    _take("zendesk", sandbox().settings.zendesk_per_minute)


def count_update() -> None:
    """Count a change of a ticket."""
    _take("zendesk-updates", sandbox().settings.ticket_updates_per_minute)


def _take(name: str, limit: int) -> None:
    state = sandbox().quotas.named(name, limit)
    g.limit = state
    if state.over:
        raise ApiError(429, "APIRateLimitExceeded", description="Number of allowed calls exceeded")


def tell(response: Response) -> Response:
    """How far the limit is, on every answer; how long to wait, where it is passed."""
    state: State | None = g.get("limit")
    if state is not None:
        for name, value in state.headers:
            response.headers[name] = value
        if state.over:
            response.headers["Retry-After"] = str(state.reset)
    return response
