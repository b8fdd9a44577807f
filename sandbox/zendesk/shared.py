"""What all parts of the Zendesk stand-in use: look-ups, shapes, errors, and what a write means."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, request

from sandbox import records
from sandbox.columns import Row, Value
from sandbox.neighbour_tables import COMMENT, TICKET, UPLOAD, ZENDESK_USER

if TYPE_CHECKING:
    from sandbox.context import Sandbox


class ApiError(Exception):
    """A status, the word for it, and more of the body."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        """Answer so."""
        super().__init__(error)
        self.status = status
        self.body: dict[str, Any] = {"error": error} | more


def sandbox() -> Sandbox:
    """The sandbox this request is for."""
    return cast("Sandbox", current_app.extensions["sandbox"])


def number(key: str) -> int:
    """An id from an address, with or without `.json`. Raises a 404 for anything else."""
    digits = key.removesuffix(".json")
    if not (digits.isascii() and digits.isdigit()):
        raise missing()
    return int(digits)


def missing() -> ApiError:
    """There is no such record."""
    return ApiError(404, "RecordNotFound", description="Not found")


def ticket_or_404(db: sqlite3.Connection, key: str) -> Row:
    """The ticket of that number."""
    found = records.get(db, TICKET, number(key))
    if found is None:
        raise missing()
    return found


def user_by_email(db: sqlite3.Connection, email: str) -> Row | None:
    """The user with that address, regardless of case."""
    return records.first(db, ZENDESK_USER, email=email)


def stamp(stored: Value) -> str:
    """A moment as Zendesk writes it: to the second."""
    return f"{str(stored)[:19]}Z"


def next_stamp(before: Value) -> str:
    """The moment of an update. Two updates of a ticket never get the same one."""
    now = datetime.now(UTC)
    last = datetime.fromisoformat(str(before))
    return records.moment(max(now, last + timedelta(seconds=1)).timestamp())


def ticket(row: Row) -> dict[str, Any]:
    """A ticket as it is shown."""
    copied = [int(key) for key in str(row["copied_ids"] or "").split(",") if key]
    return {
        "url": f"{request.root_url}api/v2/tickets/{row['id']}.json",
        "id": row["id"],
        "created_at": stamp(row["created_at"]),
        "updated_at": stamp(row["updated_at"]),
        "subject": row["subject"],
        "status": row["status"],
        "requester_id": row["requester_id"],
        "submitter_id": row["requester_id"],
        "collaborator_ids": copied,
        "email_cc_ids": copied,
    }


def comment(db: sqlite3.Connection, row: Row) -> dict[str, Any]:
    """A comment as it is shown."""
    return {
        "id": row["id"],
        "type": "Comment",
        "author_id": row["author_id"],
        "body": row["body"],
        "plain_body": row["body"],
        "public": row["public"],
        "attachments": [attachment(one) for one in records.find(db, UPLOAD, comment_id=row["id"])],
        "created_at": stamp(row["created_at"]),
    }


def comments_of(db: sqlite3.Connection, ticket_id: Value) -> list[Row]:
    """All comments of a ticket, oldest first."""
    return records.find(db, COMMENT, ticket_id=ticket_id)


def attachment(row: Row) -> dict[str, Any]:
    """An uploaded file as it is shown."""
    return {
        "id": row["id"],
        "file_name": row["file_name"],
        "content_url": f"{request.root_url}attachments/token/{row['token']}/",
        "content_type": row["content_type"],
        "size": row["size"],
        "inline": False,
    }
