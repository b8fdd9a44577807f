"""The gateway before Zuora: overlong addresses, calls at once and calls over time.

It stands outside of everything else, so that requests which faults hold or delay count as under
way, and refused and failed ones count too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

from sandbox.refusals import too_many_at_once, too_many_over_time
from sandbox.wire import Reply, read_body
from sandbox.zuora.errors import has_real_statuses

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from sandbox.context import Sandbox

TOKEN = "/oauth/token"  # noqa: S105 - a path
LONGEST_ADDRESS = 8000
BIG = re.compile(rb"\bfrom\s+(Account|Invoice|Subscription)\b")
HEADERS = "sandbox.limit_headers"
TOO_LONG = (
    "<!DOCTYPE html><html><head><title>Service Unavailable</title></head>"
    "<body><h1>Service Unavailable</h1></body></html>"
)
SETTINGS = {
    "Default": "concurrency_limit",
    "Object-Query": "object_query_concurrency",
    "Big-Query": "big_query_concurrency",
}


class LimitGate:
    """WSGI middleware around Zuora and its faults."""

    def __init__(self, sandbox: Sandbox, app: WSGIApplication) -> None:
        """Guard `app`."""
        self._sandbox = sandbox
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Count the request, and refuse it or let it through."""
        if len(environ.get("RAW_URI", "")) > LONGEST_ADDRESS:
            return Reply.of(414, TOO_LONG, {}).send(start_response)
        if environ.get("PATH_INFO") == TOKEN:
            return self._token(environ, start_response)
        state = self._sandbox.quotas.call()
        if state.over:
            reply = too_many_over_time(state.over.name, str(state.reset), dict(state.headers))
            return reply.send(start_response)
        return self._at_once(environ, start_response, state.headers)

    def _token(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Not bound by the concurrency limit; the shape of this 429 is unknown."""
        state = self._sandbox.quotas.token(environ["REMOTE_ADDR"])
        if state.over:
            body = '{"message": "API rate limit exceeded"}'
            return Reply.of(429, body, dict(state.headers)).send(start_response)
        environ[HEADERS] = state.headers
        return self._app(environ, start_response)

    def _at_once(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        headers: tuple[tuple[str, str], ...],
    ) -> Iterable[bytes]:
        kind = _kind(environ)
        limit = int(getattr(self._sandbox.settings, SETTINGS[kind]))
        left = self._sandbox.quotas.begin(kind, limit)
        now = (
            ("Concurrency-Limit-Type", kind),
            ("Concurrency-Limit-Limit", str(limit)),
            ("Concurrency-Limit-Remaining", str(max(0, left or 0))),
        )
        if left is None:
            status = 429 if has_real_statuses(environ.get("HTTP_ZUORA_VERSION", "")) else 200
            return too_many_at_once(dict(headers + now), status).send(start_response)
        environ[HEADERS] = headers + now

        def done() -> None:
            self._sandbox.quotas.end(kind)

        try:
            return ClosingIterator(self._app(environ, start_response), done)
        except BaseException:
            done()
            raise


def _kind(environ: WSGIEnvironment) -> str:
    """Which of the concurrency limits a call falls under."""
    path = environ.get("PATH_INFO", "")
    if path.startswith("/object-query/"):
        return "Object-Query"
    if path == "/v1/action/query":
        read_body(environ)
        if BIG.search(environ["wsgi.input"].getvalue()):
            return "Big-Query"
    return "Default"
