"""Idempotency keys: what a key was answered once, it is answered for a day, failures included.

Only answers of Zuora itself are kept, not those that a fault of the network made up: to a client
these are unknown outcomes, and the key is what makes repeating them safe.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response, g, request

from sandbox.zuora.errors import ApiError, Reason, invalid
from sandbox.zuora.shared import sandbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = ("POST", "PATCH")
LONGEST = 254
IN_PROGRESS = "sandbox.key_in_progress"


class KeysInProgress:
    """WSGI middleware around the faults: knows which keys belong to a request under way."""

    def __init__(self, app: WSGIApplication) -> None:
        """Guard `app`."""
        self._app = app
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the first request with a key through and mark a second one."""
        key = environ.get("HTTP_IDEMPOTENCY_KEY")
        if key is None or environ["REQUEST_METHOD"] not in METHODS:
            return self._app(environ, start_response)
        with self._lock:
            environ[IN_PROGRESS] = key in self._keys
            self._keys.add(key)
        try:
            return self._app(environ, start_response)
        finally:
            if not environ[IN_PROGRESS]:
                with self._lock:
                    self._keys.discard(key)


def replay() -> Response | None:
    """The kept answer of a known key, or a refusal of its use."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if request.method == "PUT":
        raise invalid("Request method 'PUT' not supported with Idempotency-Key header")
    if request.method not in METHODS:
        return None
    if not 0 < len(key) <= LONGEST:
        raise invalid("The header Idempotency-Key must have less than 255 characters.")
    if request.environ.get(IN_PROGRESS):
        reason = Reason(30, "A request with this Idempotency-Key is still in progress.")
        raise ApiError(reason, status=409)
    with sandbox().reading() as db:
        kept = _kept(db, key)
    if kept is None:
        g.idempotency_key = key
        return None
    if (kept["method"], kept["path"]) != (request.method, request.full_path):
        reason = Reason(30, "This Idempotency-Key was used for another request.")
        raise ApiError(reason, status=422)
    return Response(kept["body"], kept["status"], json.loads(kept["headers"]))


def _kept(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    since = time.time() - sandbox().settings.idempotency_ttl
    found: sqlite3.Row | None = db.execute(
        "SELECT * FROM idempotency WHERE key = ? AND at > ?", (key, since)
    ).fetchone()
    return found


def keep(response: Response) -> Response:
    """Keep status, headers and body under the key of a request that was carried out."""
    key = g.get("idempotency_key")
    if key is None:
        return response
    with sandbox().store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(key, request.method, request.full_path, time.time(), response.status_code),
                *(json.dumps(list(response.headers)), response.get_data(as_text=True)),
            ),
        )
    return response
