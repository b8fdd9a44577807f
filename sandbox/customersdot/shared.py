"""What all parts of the admin use: the sandbox, the parameters and the cause of a write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g, request

from sandbox.customersdot.rails import choose, formats, nested
from sandbox.ledger import Cause

if TYPE_CHECKING:
    from sandbox.context import Sandbox

EXTENSION = "sandbox"


def sandbox() -> Sandbox:
    """The sandbox this request is for."""
    return cast("Sandbox", current_app.extensions[EXTENSION])


def params() -> dict[str, Any]:
    """Query, form and JSON parameters in one, as Rails merges them."""
    if "params" not in g:
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        body = request.get_json(silent=True) if request.is_json else None
        g.params = nested(pairs) | (body if isinstance(body, dict) else {})
    return cast("dict[str, Any]", g.params)


def accepted() -> list[str]:
    """The formats the client takes."""
    suffix = request.environ.get("sandbox.format")
    return formats(request.headers.get("Accept", ""), suffix)


def format_among(*offered: str) -> str | None:
    """The format to answer in, of those the action has."""
    return choose(accepted(), offered)


def cause() -> Cause:
    """Who writes: the operator who is signed in."""
    email = g.operator.email
    return Cause(
        actor=email,
        method=request.method,
        path=request.path,
        request_id=request.headers.get("X-Request-Id"),
        whodunnit=f"admin:{email}",
    )
