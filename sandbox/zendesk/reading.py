"""What is read: tickets, their comments in pages, users, and files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from sandbox import records
from sandbox.neighbour_tables import UPLOAD, ZENDESK_USER
from sandbox.zendesk import shared
from sandbox.zendesk.shared import missing, number, sandbox, ticket_or_404

blueprint = Blueprint("reading", __name__)
PAGE = 100


@blueprint.get("/api/v2/tickets/<key>")
def ticket(key: str) -> Response:
    """One ticket."""
    with sandbox().reading() as db:
        return jsonify(ticket=shared.ticket(ticket_or_404(db, key)))


@blueprint.get("/api/v2/tickets/<key>/comments")
@blueprint.get("/api/v2/tickets/<key>/comments.json")
def comments(key: str) -> Response:
    """A page of a ticket's comments, oldest first: by number, or behind a cursor."""
    with sandbox().reading() as db:
        rows = shared.comments_of(db, ticket_or_404(db, key)["id"])
        all_of_them = [shared.comment(db, row) for row in rows]
    if "page[size]" in request.args:
        return jsonify(_behind_cursor(all_of_them))
    return jsonify(_numbered(all_of_them))


def _numbered(rows: list[dict[str, Any]]) -> dict[str, Any]:
    size = _between(request.args.get("per_page", PAGE, type=int))
    page = max(1, request.args.get("page", 1, type=int))

    def address(other: int) -> str:
        return f"{request.base_url}?{urlencode({'page': other, 'per_page': size})}"

    return {
        "comments": rows[(page - 1) * size : page * size],
        "next_page": address(page + 1) if len(rows) > page * size else None,
        "previous_page": address(page - 1) if page > 1 else None,
        "count": len(rows),
    }


def _behind_cursor(rows: list[dict[str, Any]]) -> dict[str, Any]:
    size = _between(request.args.get("page[size]", PAGE, type=int))
    after = request.args.get("page[after]", 0, type=int)
    chosen = rows[after : after + size]
    more = len(rows) > after + size
    cursor = str(after + len(chosen))
    query = urlencode({"page[size]": size, "page[after]": cursor})
    return {
        "comments": chosen,
        "meta": {"has_more": more, "after_cursor": cursor if chosen else None},
        "links": {"next": f"{request.base_url}?{query}" if more else None},
    }


def _between(size: int) -> int:
    return min(PAGE, max(1, size))


@blueprint.get("/api/v2/users/<key>")
def user(key: str) -> Response:
    """One user; `verified` is whether they have proved that the address is theirs."""
    with sandbox().reading() as db:
        found = records.get(db, ZENDESK_USER, number(key))
    if found is None:
        raise missing()
    names = ("id", "name", "email", "verified", "role")
    return jsonify(user={name: found[name] for name in names} | {"active": True})


@blueprint.get("/attachments/token/<token>/")
def content(token: str) -> Response:
    """The text of an uploaded file."""
    with sandbox().reading() as db:
        found = records.first(db, UPLOAD, token=token)
    if found is None:
        raise missing()
    return Response(str(found["content"]), content_type=str(found["content_type"]))
