"""Posting an internal note exactly once, on an interface that knows no idempotent comments.

The stamp of the ticket is read before its comments are searched for the marker, and sent with the
note: whatever comes in between makes the update a conflict instead of a second note.
"""

import re
from dataclasses import dataclass, field
from typing import Protocol

from clients.answers import Answer, Call
from clients.http import undocumented
from clients.plain_answers import Body, needed, raise_for_access
from clients.zendesk_records import SYSTEM, holds
from domain.errors import Defect, OutcomeUnknown, Refused, Transient
from domain.tickets import TextFile, Ticket
from domain.windows import WriteWindow

UPDATE = "/api/v2/tickets/{id}"
UPLOADS = "/api/v2/uploads.json"
LOOKS = 3
"""How often the ticket is read anew after somebody else's change, before the journal waits."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to stand on a ticket. The text has no printed form."""

    ticket: str
    body: str = field(repr=False)
    marker: str
    files: tuple[TextFile, ...] = ()

    @property
    def text(self) -> str:
        """The body with the marker in it."""
        marked = holds({"body": self.body}, self.marker)
        return self.body if marked else f"{self.body}\n\n{self.marker}"


class Desk(Protocol):
    """What posting a note needs of Zendesk."""

    def ticket(self, number: str) -> Ticket:
        """A ticket."""

    def note_with(self, ticket: str, marker: str) -> str:
        """The id of the comment with a marker, or nothing."""

    def send(self, call: Call, window: WriteWindow) -> Answer:
        """Send one write."""


def posted(desk: Desk, note: Note, window: WriteWindow) -> str:
    """The id of the one comment that the note is, old or new. See `Zendesk.add_internal_note`."""
    if not re.fullmatch(r"[\w:.-]{8,}", note.marker):
        raise Defect("Zendesk: a marker is one word of at least eight letters")
    tokens: list[str] | None = None
    for _ in range(LOOKS):
        ticket = desk.ticket(note.ticket)
        if found := desk.note_with(note.ticket, note.marker):
            return found
        if ticket.closed:
            raise _closed()
        if tokens is None:
            tokens = [_uploaded(desk, file, window) for file in note.files]
        answer = desk.send(_update(note, ticket, tokens), window)
        if answer.status != 409 or _is_collision(answer):
            return _judged(answer, desk, note)
    text = "Zendesk: others keep changing the ticket; no note was left"
    raise Transient(text, code="ticket-busy")


def _update(note: Note, ticket: Ticket, tokens: list[str]) -> Call:
    comment: Body = {"body": note.text, "public": False}
    if tokens:
        comment["uploads"] = tokens
    wanted = {"safe_update": True, "updated_stamp": ticket.updated_at, "comment": comment}
    path = f"/api/v2/tickets/{note.ticket}.json"
    return Call("PUT", UPDATE, path, json={"ticket": wanted})


def _uploaded(desk: Desk, file: TextFile, window: WriteWindow) -> str:
    """The token of a file. One that no comment names is nobody's, so this may be repeated."""
    call = Call(
        "POST",
        UPLOADS,
        UPLOADS,
        params=[("filename", file.name)],
        content=file.content.encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )
    try:
        answer = desk.send(call, window)
    except OutcomeUnknown:
        text = f"{SYSTEM}: {call}: no verdict on a file; no note was left"
        raise Transient(text, code="upload") from None
    raise_for_access(answer, system="zendesk")
    body = answer.json_or_none()
    upload = body.get("upload") if isinstance(body, dict) else None
    if answer.status != 201 or not isinstance(upload, dict):
        raise undocumented(answer)
    return needed(upload, "token", SYSTEM)


def _is_collision(answer: Answer) -> bool:
    """Zendesk's other 409: its database was busy, which says nothing about the ticket."""
    body = answer.json_or_none()
    return isinstance(body, dict) and body.get("error") == "DatabaseConflict"


def _judged(answer: Answer, desk: Desk, note: Note) -> str:
    """The id of the comment that an update made. Raises for every answer that is not such a one."""
    raise_for_access(answer, system="zendesk")
    if answer.status == 409:
        text = f"{answer.title}: a collision in Zendesk's database; no note was left"
        raise Transient(text, delay=answer.delay, code="zendesk-busy")
    if answer.status == 422 and desk.ticket(note.ticket).closed:
        raise _closed()
    if answer.status == 404:
        raise Refused("The ticket is not in Zendesk any more.", code="ticket-unknown")
    if answer.status != 200:
        raise undocumented(answer)
    return _internal(answer, note)


def _internal(answer: Answer, note: Note) -> str:
    """The comment in the audit of an update, seen to be internal."""
    made = next((one for one in _events(answer) if holds(one, note.marker)), None)
    if made is None:
        raise OutcomeUnknown(f"{answer.title}: the answer does not show the note; look for it")
    if made.get("public") is not False:
        text = f"{answer.title}: the note was made public; make it private, and read who saw it"
        raise Defect(text, code="note-public")
    return needed(made, "id", SYSTEM)


def _events(answer: Answer) -> list[Body]:
    body = answer.json_or_none()
    audit = body.get("audit") if isinstance(body, dict) else None
    events = audit.get("events") if isinstance(audit, dict) else None
    found = events if isinstance(events, list) else []
    return [one for one in found if isinstance(one, dict) and one.get("type") == "Comment"]


def _closed() -> Refused:
    text = "The ticket is closed, and a closed one takes no note: open a follow-up."
    return Refused(text, code="ticket-closed")
