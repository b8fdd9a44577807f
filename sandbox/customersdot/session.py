"""Signing in and out. CustomersDot uses Okta; the password form stands in for it."""

from __future__ import annotations

import hmac
import time
import uuid

from flask import (
    Blueprint,
    Response,
    g,
    jsonify,
    render_template,
    request,
    session,
    url_for,
)

from sandbox.customersdot.answers import Halt, flash, see, take_flash
from sandbox.customersdot.shared import format_among, params, sandbox

blueprint = Blueprint("session", __name__)
UNKNOWN = "You need to sign in or sign up before continuing."


def load() -> None:
    """Find out who sends the request; a session that has run out is nobody's."""
    g.operator = None
    g.as_of = request.environ.get("sandbox.as_of")
    sid = session.get("sid")
    if sid is None:
        return
    if request.environ.get("sandbox.expire_session"):
        _end(sid)
    too_old = time.time() - session.get("seen", 0) > sandbox().settings.session_ttl
    operator = sandbox().credentials.operator(session["admin"])
    if too_old or operator is None or _ended(sid):
        session.clear()
        return
    session["seen"] = time.time()
    g.operator = operator


def _ended(sid: str) -> bool:
    with sandbox().reading() as db:
        sql = "SELECT 1 FROM ended_session WHERE sid = ?"
        return db.execute(sql, (sid,)).fetchone() is not None


def _end(sid: str) -> None:
    with sandbox().store.writing() as db:
        db.execute("INSERT OR IGNORE INTO ended_session VALUES (?)", (sid,))


def require() -> None:
    """Send strangers away from the admin: to the sign-in page, or with a 401 in JSON."""
    inside = request.path == "/admin" or request.path.startswith("/admin/")
    if not inside or g.operator is not None or request.routing_exception is not None:
        return
    if format_among("html", "json") == "json":
        response = jsonify(error=UNKNOWN)
        response.status_code = 401
        raise Halt(response)
    flash("danger", UNKNOWN)
    raise Halt(see(url_for("session.page")))


@blueprint.get("/admins/sign_in")
def page() -> Response | str:
    """The sign-in form."""
    if g.operator is not None:
        return see(url_for("reading.dashboard"))
    return render_template("sign_in.html", flash=take_flash())


@blueprint.post("/admins/sign_in")
def sign_in() -> Response | str:
    """Check the password; a wrong one shows the form again, with status 200."""
    given = params().get("admin")
    given = given if isinstance(given, dict) else {}
    operator = sandbox().credentials.operator(str(given.get("email", "")))
    password = str(given.get("password", ""))
    if operator is None or not hmac.compare_digest(operator.password.encode(), password.encode()):
        return render_template("sign_in.html", flash={"danger": "Invalid Email or password."})
    # Everything from before the sign-in is forgotten, tokens included.
    session.clear()
    session.update(admin=operator.email, sid=uuid.uuid4().hex, seen=time.time())
    flash("info", "Signed in successfully.")
    return see(url_for("reading.dashboard"))


@blueprint.delete("/admins/sign_out")
def sign_out() -> Response:
    """End the session for good."""
    if "sid" in session:
        _end(session["sid"])
    session.clear()
    return Response(status=204)
