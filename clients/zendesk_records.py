"""Zendesk's JSON as records, and back."""

import re
from collections.abc import Mapping
from dataclasses import replace

from clients.answers import Call
from clients.plain_answers import Body, needed, text
from domain.errors import Defect
from domain.tickets import Attachment, Comment, Ticket, TicketUser

SYSTEM = "Zendesk"


def ticket(body: Body) -> Ticket:
    """A ticket from `GET /api/v2/tickets/{id}` or from an update's answer."""
    copied = [*_ids(body, "email_cc_ids"), *_ids(body, "collaborator_ids")]
    return Ticket(
        id=needed(body, "id", SYSTEM),
        status=needed(body, "status", SYSTEM),
        requester_id=needed(body, "requester_id", SYSTEM),
        updated_at=needed(body, "updated_at", SYSTEM),
        copied_ids=tuple(dict.fromkeys(copied)),
    )


def user(body: Body) -> TicketUser:
    """A user. Verified is who Zendesk says `true` of, and nobody else."""
    return TicketUser(
        id=needed(body, "id", SYSTEM),
        email=text(body, "email"),
        verified=body.get("verified") is True,
        role=text(body, "role"),
    )


def comment(row: Body, author: TicketUser | None) -> Comment:
    """A comment with its author, of whom nothing is known where they are gone."""
    return Comment(
        id=needed(row, "id", SYSTEM),
        author_id=needed(row, "author_id", SYSTEM),
        author_email=author.email if author else "",
        author_verified=author is not None and author.verified,
        public=row.get("public") is not False,
        body=text(row, "plain_body") or text(row, "body"),
        created_at=text(row, "created_at"),
        attachments=tuple(_attachment(one) for one in _objects(row, "attachments")),
    )


def holds(row: Body, marker: str) -> bool:
    """Whether a comment's text holds the marker as a word, however the text came to be written."""
    word = rf"(?<![\w-]){re.escape(marker)}(?![\w-])"
    return any(re.search(word, text(row, name)) for name in ("body", "plain_body", "html_body"))


def with_headers(call: Call, headers: Mapping[str, str]) -> Call:
    """The call with these headers beside its own."""
    return replace(call, headers={**headers, **call.headers})


def _attachment(body: Body) -> Attachment:
    size = body.get("size")
    return Attachment(
        id=needed(body, "id", SYSTEM),
        file_name=text(body, "file_name"),
        content_type=text(body, "content_type"),
        size=size if isinstance(size, int) else 0,
    )


def _ids(body: Body, key: str) -> list[str]:
    value = body.get(key) or []
    if not isinstance(value, list):
        raise Defect(f"{SYSTEM}: {key} is not a list")
    return [str(one) for one in value]


def _objects(body: Body, key: str) -> list[Body]:
    value = body.get(key) or []
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
