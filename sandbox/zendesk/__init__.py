"""Zendesk's REST interface, as far as the workflow uses it: tickets, comments, users, uploads."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.zendesk import limits, reading, updating
from sandbox.zendesk.shared import ApiError, sandbox

if TYPE_CHECKING:
    from sandbox.context import Sandbox


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /zendesk."""
    app = Flask("sandbox.zendesk")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = sandbox
    app.before_request(_authenticate)
    app.before_request(limits.count)
    app.register_blueprint(reading.blueprint)
    app.register_blueprint(updating.blueprint)
    app.after_request(limits.tell)
    app.register_error_handler(ApiError, lambda error: _failure(error.status, error.body))
    app.register_error_handler(HTTPException, _unrouted)
    return app


def _failure(status: int, body: dict[str, Any]) -> tuple[Response, int]:
    return jsonify(body), status


def _unrouted(error: HTTPException) -> tuple[Response, int]:
    name = "InvalidEndpoint" if error.code == 404 else str(error.name).replace(" ", "")
    return _failure(error.code or 500, {"error": name, "description": error.name})


def _authenticate() -> None:
    """Basic, as `email/token` with the token, or the token as a bearer."""
    g.limit = None
    agent = sandbox().credentials.zendesk_agent
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    sent = request.authorization
    token = value if kind.lower() == "bearer" else ""
    if sent is not None and sent.username == f"{agent.email}/token":
        token = str(sent.password)
    good = hmac.compare_digest(token.encode(), agent.password.encode())
    if not good or request.environ.get("sandbox.expire_session"):
        raise ApiError(401, "Couldn't authenticate you")
