"""Mailgun's two ways to look into the mail log: events (v3, older) and logs (v1 analytics)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox.mailgun import events, logs
from sandbox.mailgun.shared import BadQuery, sandbox

if TYPE_CHECKING:
    from sandbox.context import Sandbox


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /mailgun."""
    app = Flask("sandbox.mailgun")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = sandbox
    app.before_request(_authenticate)
    app.register_blueprint(events.blueprint)
    app.register_blueprint(logs.blueprint)
    app.register_error_handler(BadQuery, lambda error: (jsonify(message=str(error)), 400))
    app.register_error_handler(HTTPException, lambda e: (jsonify(message=e.name), e.code or 500))
    return app


def _authenticate() -> tuple[Response, int] | None:
    """Basic, as the user `api`."""
    sent = request.authorization
    key = sandbox().credentials.mailgun_key
    good = sent is not None and sent.username == "api" and sent.type == "basic"
    good = good and hmac.compare_digest(str(sent and sent.password).encode(), key.encode())
    if good and not request.environ.get("sandbox.expire_session"):
        return None
    return jsonify(message="Invalid private key"), 401
