"""Zuora's REST interface, as far as reading accounts and watching contacts needs it."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from sandbox.zuora import accounts, contacts, oauth, query, subscriptions
from sandbox.zuora.errors import ApiError, gateway, render
from sandbox.zuora.shared import EXTENSION

if TYPE_CHECKING:
    from sandbox.context import Sandbox

PER_MINUTE = 50_000


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /zuora."""
    app = Flask("sandbox.zuora")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = sandbox
    for part in (oauth, accounts, contacts, subscriptions, query):
        app.register_blueprint(part.blueprint)
    app.before_request(_identify)
    app.before_request(oauth.require_token)
    app.after_request(_headers)
    app.register_error_handler(ApiError, render)
    app.register_error_handler(HTTPException, _unknown_path)
    return app


def _identify() -> None:
    g.request_id = str(uuid.uuid4())
    g.as_of = request.environ.get("sandbox.as_of")


def _headers(response: Response) -> Response:
    """What every answer carries: ids for the support, and the state of the rate limit."""
    response.headers["Zuora-Request-Id"] = g.request_id
    if track := request.headers.get("Zuora-Track-Id"):
        response.headers["Zuora-Track-Id"] = track
    if request.path == "/oauth/token":
        response.headers["X-RateLimit-Limit-minute"] = "100"
        response.headers["X-RateLimit-Remaining-minute"] = "99"
        return response
    reset = 60 - int(time.time()) % 60
    response.headers["RateLimit-Limit"] = f"{PER_MINUTE}, {PER_MINUTE};w=60"
    response.headers["RateLimit-Remaining"] = str(PER_MINUTE - 1)
    response.headers["RateLimit-Reset"] = str(reset)
    response.headers["Concurrency-Limit-Type"] = "Default"
    response.headers["Concurrency-Limit-Limit"] = "40"
    response.headers["Concurrency-Limit-Remaining"] = "39"
    return response


def _unknown_path(error: HTTPException) -> Response:
    """A path or method the gateway does not know."""
    return gateway(error.code or 500, error.name)
