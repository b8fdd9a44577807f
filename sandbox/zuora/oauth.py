"""Bearer tokens: issued for client credentials, valid for a while, unknown afterwards."""

from __future__ import annotations

import hmac
import secrets
import time

from flask import Blueprint, Response, jsonify, request

from sandbox.zuora.errors import gateway
from sandbox.zuora.shared import sandbox

blueprint = Blueprint("oauth", __name__)
CLIENT_ID_LENGTH = 36


@blueprint.post("/oauth/token")
def token() -> Response:
    """Exchange client credentials for a token."""
    form = request.form
    known = sandbox().credentials
    client_id = form.get("client_id", "")
    known_id = len(client_id) == CLIENT_ID_LENGTH and client_id == known.client_id
    secret = form.get("client_secret", "")
    if not known_id or not hmac.compare_digest(secret.encode(), known.client_secret.encode()):
        return gateway(400, "Invalid client id or client secret")
    if form.get("grant_type") != "client_credentials":
        return gateway(400, "Unsupported grant type")
    return _issue()


def _issue() -> Response:
    value = secrets.token_hex(16)
    ttl = sandbox().settings.token_ttl
    with sandbox().store.writing() as db:
        db.execute("INSERT INTO token VALUES (?, ?)", (value, time.time() + ttl))
    return jsonify(
        access_token=value,
        token_type="bearer",  # noqa: S106 - the name of the scheme
        expires_in=int(ttl),
        scope="user.sandbox entity.sandbox tenant.1",
        jti=value,
    )


def require_token() -> Response | None:
    """Refuse every other call without a token that is known and not expired."""
    if request.path == "/oauth/token":
        return None
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if request.environ.get("sandbox.expire_session"):
        with sandbox().store.writing() as db:
            db.execute("DELETE FROM token WHERE value = ?", (value,))
    if scheme.lower() != "bearer" or not _valid(value):
        return gateway(401, "Authentication error")
    return None


def _valid(value: str) -> bool:
    with sandbox().reading() as db:
        sql = "SELECT 1 FROM token WHERE value = ? AND expires_at > ?"
        return db.execute(sql, (value, time.time())).fetchone() is not None
