"""Zuora's REST interface: reading accounts and contacts, queries, and what Billing changes."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sandbox.zuora import (
    accounts,
    actions,
    contacts,
    crud,
    idempotency,
    invoices,
    oauth,
    object_query,
    query,
    subscriptions,
)
from sandbox.zuora.errors import UNSUPPORTED, ApiError, Reason, gateway, render
from sandbox.zuora.keys import EncodedSlashes, KeyConverter
from sandbox.zuora.limits import HEADERS
from sandbox.zuora.requests import check_track_id, is_read
from sandbox.zuora.shared import EXTENSION
from sandbox.zuora.shared import sandbox as find_sandbox

if TYPE_CHECKING:
    from sandbox.context import Sandbox

PARTS = (
    *(oauth, accounts, contacts, subscriptions, invoices),
    *(query, object_query, crud, actions),
)


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /zuora."""
    app = Flask("sandbox.zuora")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = sandbox
    app.url_map.converters["default"] = KeyConverter
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    app.before_request(_identify)
    app.before_request(oauth.require_token)
    app.before_request(check_track_id)
    app.before_request(oauth.require_right)
    app.before_request(idempotency.replay)
    app.after_request(idempotency.keep)
    app.after_request(_headers)
    app.register_error_handler(ApiError, render)
    app.register_error_handler(HTTPException, _unrouted)
    app.wsgi_app = EncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _identify() -> None:
    g.request_id = str(uuid.uuid4())
    g.as_of = request.environ.get("sandbox.as_of")
    lag = find_sandbox().settings.read_lag
    if g.as_of is None and lag and is_read():
        g.as_of = time.time() - lag


def _headers(response: Response) -> Response:
    """What every answer carries: ids for the support, and the state of the limits."""
    response.headers["Zuora-Request-Id"] = g.request_id
    if track := g.get("track_id"):
        response.headers["Zuora-Track-Id"] = track
    for name, value in request.environ.get(HEADERS, ()):
        response.headers[name] = value
    return response


def _unrouted(error: HTTPException) -> Response:
    """A path the gateway does not know, or a method that a known path does not have."""
    if isinstance(error, MethodNotAllowed):
        return render(ApiError(Reason(UNSUPPORTED, f"{request.method} is not supported here.")))
    return gateway(error.code or 500, error.name)
