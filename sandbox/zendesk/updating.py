"""What is written: files, and the one call that changes a ticket and comments on it.

A comment is public unless the caller says otherwise, and one that is sent twice is there twice.
Entries of the write log say what happened and hold no text of a comment.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import records
from sandbox.columns import Row
from sandbox.ledger import Cause, Commit
from sandbox.neighbour_tables import COMMENT, TICKET, UPLOAD, ZENDESK_USER
from sandbox.zendesk import shared
from sandbox.zendesk.limits import count_update
from sandbox.zendesk.shared import ApiError, next_stamp, sandbox, ticket_or_404

blueprint = Blueprint("updating", __name__)
STATUSES = ("new", "open", "pending", "hold", "solved", "closed")


@blueprint.post("/api/v2/uploads")
@blueprint.post("/api/v2/uploads.json")
def upload() -> tuple[Response, int]:
    """Take a file in; it belongs to nothing until a comment names its token."""
    name = request.args.get("filename", "")
    if not name:
        raise ApiError(422, "AttachmentUnprocessable", description="filename is missing")
    content = request.get_data()
    values: Row = {
        "token": secrets.token_urlsafe(12),
        "file_name": name,
        "content_type": request.content_type or "application/octet-stream",
        "content": content.decode(errors="replace"),
        "size": len(content),
    }
    with sandbox().store.writing() as db:
        row = records.insert(db, UPLOAD, values)
    shown = shared.attachment(row)
    return jsonify(upload={"token": row["token"], "attachment": shown, "attachments": [shown]}), 201


@blueprint.put("/api/v2/tickets/<key>")
def update(key: str) -> Response:
    """Change a ticket, comment on it, or both; with `safe_update` only if nobody else did."""
    count_update()
    body = request.get_json(silent=True)
    wanted = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(wanted, dict):
        raise ApiError(400, "BadRequest", description="ticket is missing")
    with sandbox().commit(_cause()) as commit:
        row = ticket_or_404(commit.db, key)
        _check(row, wanted)
        events = _apply(commit, row, wanted)
        changed = ticket_or_404(commit.db, key)
    audit = {"id": secrets.randbelow(10**12), "ticket_id": row["id"], "events": events}
    return jsonify(ticket=shared.ticket(changed), audit=audit)


def _cause() -> Cause:
    return Cause(
        actor="zendesk-api",
        method=request.method,
        path=request.path,
        request_id=request.headers.get("X-Request-Id"),
    )


def _check(row: Row, wanted: dict[str, Any]) -> None:
    if row["status"] == "closed":
        reason = {"description": "Status: closed prevents ticket update"}
        raise ApiError(
            422,
            "RecordInvalid",
            description="Record validation errors",
            details={"status": [reason]},
        )
    if wanted.get("safe_update") and wanted.get("updated_stamp") != shared.stamp(row["updated_at"]):
        raise ApiError(409, "UpdateConflict", description="The ticket was changed meanwhile")
    if wanted.get("status", "open") not in STATUSES:
        raise ApiError(422, "RecordInvalid", description="Record validation errors")


def _apply(commit: Commit, row: Row, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    if isinstance(wanted.get("comment"), dict):
        events.append(_comment(commit, row, wanted["comment"]))
    change: Row = {"status": wanted["status"]} if "status" in wanted else {}
    commit.update(TICKET, row, change, None)
    records.update(commit.db, TICKET, row["id"], {"updated_at": next_stamp(row["updated_at"])})
    for name, value in change.items():
        events.append({"type": "Change", "field_name": name, "value": value})
    return events


def _comment(commit: Commit, row: Row, given: dict[str, Any]) -> dict[str, Any]:
    if not str(given.get("body") or ""):
        raise ApiError(422, "RecordInvalid", description="Record validation errors")
    agent = agent_of(commit.db)
    at = next_stamp(row["updated_at"])
    values: Row = {
        "ticket_id": row["id"],
        "author_id": agent["id"],
        "public": given.get("public", True) is not False,
        "created_at": at,
        "updated_at": at,
    }
    made, _ = commit.create(COMMENT, values, None)
    records.update(commit.db, COMMENT, made["id"], {"body": str(given["body"])})
    _attach(commit.db, given.get("uploads"), made)
    return shared.comment(commit.db, made | {"body": str(given["body"])})


def _attach(db: sqlite3.Connection, tokens: Any, made: Row) -> None:
    for token in [tokens] if isinstance(tokens, str) else tokens or []:
        found = records.first(db, UPLOAD, token=str(token))
        if found is None or found["comment_id"] is not None:
            raise ApiError(422, "AttachmentUnprocessable", description="The token is not valid")
        records.update(db, UPLOAD, found["id"], {"comment_id": made["id"]})


def agent_of(db: sqlite3.Connection) -> Row:
    """The user whose token the caller has; made on first use."""
    email = sandbox().credentials.zendesk_agent.email
    values: Row = {"name": "Handover", "email": email, "role": "agent"}
    return shared.user_by_email(db, email) or records.insert(db, ZENDESK_USER, values)
