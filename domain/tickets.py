"""Zendesk's tickets, their comments and who wrote them (V1, V6, T3, T4)."""

from dataclasses import dataclass, field

from domain.records import Record

CLOSED = "closed"


class Ticket(Record):
    """A ticket. A closed one can't be changed any more. `updated_at` is Zendesk's own text.

    `requester_id` is the Zendesk user who asks, `copied_ids` those who are copied.
    """

    id: str
    status: str
    requester_id: str
    updated_at: str
    copied_ids: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing can be added to it any more."""
        return self.status == CLOSED


class TicketUser(Record):
    """Somebody in Zendesk. `verified`: they have proved that the address is theirs.

    `role` is `end-user`, `agent` or `admin`.
    """

    id: str
    email: str
    verified: bool
    role: str


class Attachment(Record):
    """A file on a comment. `size` is in bytes."""

    id: str
    file_name: str
    content_type: str
    size: int


class Comment(Record):
    """A comment and its author. One whose author is gone has no email and nobody verified it."""

    id: str
    author_id: str
    author_email: str
    author_verified: bool
    public: bool
    body: str
    created_at: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text to be put on a ticket as a file (T3). It may name people: it has no printed form."""

    name: str
    content: str = field(repr=False)
