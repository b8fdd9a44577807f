"""Bearer tokens: issued for client credentials, valid for a while, unknown afterwards."""

from __future__ import annotations

import hmac
import secrets
import time

from flask import Blueprint, Response, g, jsonify, request

from sandbox.zuora.errors import ApiError, Reason, gateway
from sandbox.zuora.requests import is_read
from sandbox.zuora.shared import sandbox

blueprint = Blueprint("oauth", __name__)
PATH = "/oauth/token"
PERMISSION_DENIED = 10


@blueprint.post(PATH)
def token() -> Response:
    """Exchange client credentials for a token."""
    form = request.form
    client = sandbox().credentials.client(form.get("client_id", ""))
    secret = form.get("client_secret", "")
    if client is None or not hmac.compare_digest(secret.encode(), client.secret.encode()):
        return gateway(400, "Invalid client id or client secret")
    if form.get("grant_type") != "client_credentials":
        return gateway(400, "Unsupported grant type")
    if not sandbox().settings.client_active:
        response = jsonify(status=403, error="Forbidden", message="User is inactive", path=PATH)
        response.status_code = 403
        return response
    return _issue(client.id)


def _issue(client_id: str) -> Response:
    value = secrets.token_hex(16)
    ttl = sandbox().settings.token_ttl
    with sandbox().store.writing() as db:
        sql = "INSERT INTO access_token VALUES (?, ?, ?)"
        db.execute(sql, (value, time.time() + ttl, client_id))
    return jsonify(
        access_token=value,
        token_type="bearer",  # noqa: S106 - the name of the scheme
        expires_in=int(ttl),
        scope="user.sandbox entity.sandbox tenant.1",
        jti=value,
    )


def require_token() -> Response | None:
    """Refuse every other call without a token that is known and not expired."""
    if request.path == PATH:
        return None
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if request.environ.get("sandbox.expire_session"):
        with sandbox().store.writing() as db:
            db.execute("DELETE FROM access_token WHERE value = ?", (value,))
    g.client = _owner(value) if scheme.lower() == "bearer" else None
    if g.client is None or not sandbox().settings.client_active:
        return gateway(401, "Authentication error")
    return None


def _owner(value: str) -> str | None:
    with sandbox().reading() as db:
        sql = "SELECT client_id FROM access_token WHERE value = ? AND expires_at > ?"
        found = db.execute(sql, (value, time.time())).fetchone()
    return str(found[0]) if found else None


def require_right() -> None:
    """Writes need the permission "API Write Access" of the client's user."""
    if request.path == PATH or is_read():
        return
    client = sandbox().credentials.client(g.client)
    if client is None or client.read_only:
        raise ApiError(Reason(PERMISSION_DENIED, "You do not have permission to write."))
