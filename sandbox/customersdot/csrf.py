"""Rails' protection against forged requests.

One token, in the page's head, is good for every request; the token inside a form only for that
form's action and method. Both are masked anew on each page, and both die with the session.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from flask import request, session

from sandbox.customersdot.answers import halt

SIZE = 32
GLOBAL = "!real_csrf_token"
SAFE = ("GET", "HEAD", "OPTIONS")


def meta_token() -> str:
    """The token for the page's head."""
    return _masked(_derived(GLOBAL))


def form_token(action: str, method: str) -> str:
    """The token for one form."""
    return _masked(_derived(_bound(action, method)))


def _bound(action: str, method: str) -> str:
    return f"{action.partition('?')[0].rstrip('/')}#{method.lower()}"


def _derived(purpose: str) -> bytes:
    if "csrf" not in session:
        session["csrf"] = secrets.token_hex(SIZE)
    return hmac.digest(bytes.fromhex(session["csrf"]), purpose.encode(), hashlib.sha256)


def _masked(raw: bytes) -> str:
    pad = secrets.token_bytes(SIZE)
    return base64.urlsafe_b64encode(pad + _xor(pad, raw)).decode().rstrip("=")


def _unmasked(token: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    return _xor(raw[:SIZE], raw[SIZE:]) if len(raw) == 2 * SIZE else None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


def protect() -> None:
    """Refuse a write without a valid token, or from a page of another origin."""
    if request.method in SAFE or request.routing_exception is not None:
        return
    origin = request.headers.get("Origin")
    token = request.headers.get("X-CSRF-Token") or request.form.get("authenticity_token")
    if token is None and request.is_json:
        token = (request.get_json(silent=True) or {}).get("authenticity_token")
    if (origin and origin != request.host_url.rstrip("/")) or not _valid(str(token or "")):
        raise halt(422, empty=True)


def _valid(token: str) -> bool:
    raw = _unmasked(token)
    if raw is None:
        return False
    bound = _derived(_bound(request.environ["sandbox.path"], request.method))
    return any(hmac.compare_digest(raw, good) for good in (_derived(GLOBAL), bound))
