"""GitLab's REST interface, as far as the workflow reads it: users, namespaces, subscriptions.

Whoever may not see a subscription gets a 403 where the namespace is public and a 404 where it is
private; a namespace without a subscription answers 200 with nothing in it.
"""

from __future__ import annotations

import hmac
import sqlite3
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox import records
from sandbox.columns import Row
from sandbox.credentials import GitLabToken
from sandbox.neighbour_tables import GITLAB_USER, NAMESPACE
from sandbox.zuora.keys import EncodedSlashes, KeyConverter

if TYPE_CHECKING:
    from sandbox.context import Sandbox


class Refusal(Exception):
    """A status and GitLab's words for it."""

    def __init__(self, status: int, message: str) -> None:
        """Answer so."""
        super().__init__(message)
        self.status, self.message = status, message


def create_app(sandbox: Sandbox) -> Flask:
    """The application that is mounted at /gitlab."""
    app = Flask("sandbox.gitlab")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["sandbox"] = sandbox
    app.url_map.converters["default"] = KeyConverter
    app.before_request(_authenticate)
    app.add_url_rule("/api/v4/users/<key>", view_func=user)
    app.add_url_rule("/api/v4/namespaces/<key>", view_func=namespace)
    app.add_url_rule("/api/v4/namespaces/<key>/gitlab_subscription", view_func=subscription)
    app.register_error_handler(Refusal, lambda error: _refused(error.status, error.message))
    app.register_error_handler(HTTPException, lambda e: _refused(e.code or 500, str(e.name)))
    app.wsgi_app = EncodedSlashes(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _sandbox() -> Sandbox:
    return cast("Sandbox", current_app.extensions["sandbox"])


def _refused(status: int, message: str) -> tuple[Response, int]:
    return jsonify(message=f"{status} {message}"), status


def _authenticate() -> None:
    sent = request.headers.get("PRIVATE-TOKEN", "").encode()
    tokens = _sandbox().credentials.gitlab_tokens
    g.token = next((one for one in tokens if hmac.compare_digest(sent, one.value.encode())), None)
    if g.token is None or request.environ.get("sandbox.expire_session"):
        raise Refusal(401, "Unauthorized")


def user(key: str) -> Response:
    """A user; the address is for admins only."""
    with _sandbox().reading() as db:
        found = records.get(db, GITLAB_USER, int(key)) if _is_number(key) else None
    if found is None:
        raise Refusal(404, "User Not Found")
    shown: dict[str, Any] = {name: found[name] for name in ("id", "username", "name", "state")}
    shown |= {"web_url": f"{request.host_url}{found['username']}", "public_email": None}
    if _token().admin:
        shown |= {"email": found["email"], "is_admin": False, "confirmed_at": found["created_at"]}
    return jsonify(shown)


def namespace(key: str) -> Response:
    """What a namespace is called."""
    found = _visible(key)
    names = ("id", "name", "path", "full_path")
    return jsonify({name: found[name] for name in names} | {"kind": "group"})


def subscription(key: str) -> Response:
    """The plan of a namespace, for its owner and for admins."""
    row = _visible(key)
    if not _owns(row):
        raise Refusal(403, "Forbidden")
    planned = row["plan_code"] is not None
    used, paid = row["max_seats_used"], row["seats_in_subscription"]
    owed = max(0, int(used) - int(paid)) if used is not None and paid is not None else None
    return jsonify(
        plan={
            "code": row["plan_code"],
            "name": row["plan_name"],
            "trial": row["trial"],
            "auto_renew": None,
            "upgradable": False if planned else None,
            "exclude_guests": False if planned else None,
        },
        usage={
            "seats_in_subscription": paid,
            "seats_in_use": row["seats_in_use"],
            "max_seats_used": used,
            "seats_owed": owed,
        },
        billing={
            "subscription_start_date": row["start_date"],
            "subscription_end_date": row["end_date"],
            "trial_ends_on": None,
        },
    )


def _visible(key: str) -> Row:
    with _sandbox().reading() as db:
        found = _namespace(db, key)
    if found is None or (found["private"] and not _owns(found)):
        raise Refusal(404, "Namespace Not Found")
    return found


def _namespace(db: sqlite3.Connection, key: str) -> Row | None:
    """By number, or by its whole path with the slashes encoded."""
    if _is_number(key):
        return records.get(db, NAMESPACE, int(key))
    return records.first(db, NAMESPACE, full_path=key)


def _owns(row: Row) -> bool:
    return _token().admin or row["owner_id"] == _token().user_id


def _token() -> GitLabToken:
    return cast("GitLabToken", g.token)


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdigit()
