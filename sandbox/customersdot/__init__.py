"""CustomersDot: its admin, a rails_admin 3 application, and the way into its portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.customersdot import (
    answers,
    bulk,
    csrf,
    exporting,
    history,
    portal,
    reading,
    related,
    sending,
    session,
    tools,
    writing,
)
from sandbox.customersdot.rails import RailsRequest
from sandbox.customersdot.shared import EXTENSION

if TYPE_CHECKING:
    from sandbox.context import Sandbox


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /customersdot."""
    app = Flask("sandbox.customersdot", root_path=__path__[0])
    app.secret_key = sandbox.store.secret()
    app.config["SESSION_COOKIE_NAME"] = "_customersdot_session"
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.mimetype = "application/json; charset=utf-8"  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = sandbox
    # Rails refuses a bad token before it looks who is signed in: hence 422, not a redirect.
    app.before_request(session.load)
    app.before_request(csrf.protect)
    app.before_request(session.require)
    for part in (
        *(session, portal, bulk, exporting, history),
        *(tools, sending, related, writing, reading),
    ):
        app.register_blueprint(part.blueprint)
    app.register_error_handler(answers.Halt, lambda halt: halt.response)
    app.register_error_handler(HTTPException, answers.unrouted)
    app.register_error_handler(Exception, answers.broken)
    app.after_request(_etag)
    app.jinja_env.globals |= {"form_token": csrf.form_token, "meta_token": csrf.meta_token}
    app.wsgi_app = RailsRequest(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _etag(response: Response) -> Response:
    """Rack answers 304 to a matching If-None-Match; JSON pages repeat, HTML ones never do."""
    if request.method == "GET" and response.status_code == 200:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response
