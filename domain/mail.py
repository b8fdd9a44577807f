"""What became of a mail, as Mailgun's log says it, and what that proves (T2)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from domain.records import Record


class MailEvent(Record):
    """One event of the log. `message` is the server's own text and may name the recipient.

    `severity` and `reason` belong to failures; `code` is SMTP's, or Mailgun's own from 498 on.
    """

    event: str
    severity: str = ""
    reason: str = ""
    code: int | None = None
    message: str = ""
    at: datetime
    recipient: str


class MailVerdict(StrEnum):
    """What all events together say about an address.

    DELIVERED: somebody has the mail. BOUNCED: there is no such mailbox, the proof of a typo.
    SUPPRESSED: Mailgun did not even try, because of an earlier failure. NO_MAIL_SERVER: the domain
    takes no mail, as a mistyped one does. TEMPORARY: it may still arrive. REJECTED: it never left.
    UNKNOWN: the log holds nothing that says so; it is not kept for ever.
    """

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    NO_MAIL_SERVER = "no-mail-server"
    TEMPORARY = "temporary"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


_SEEN = frozenset({"delivered", "opened", "clicked", "complained", "unsubscribed"})
"""Events that nobody can cause who has not got the mail."""

NO_MX, NO_MAILBOX, ON_THE_LIST = 498, 550, 605


def verdict(events: Iterable[MailEvent]) -> MailVerdict:
    """What became of the mails to one address; the first of these that any event says.

    A delivery outweighs every failure: a stranger may have the mail. A bounce outweighs the
    suppression that it causes, and a 605 alone is no bounce. "No MX" stays temporary to the end.
    """
    seen = list(events)
    return next((kind for kind, says in _IN_ORDER if any(map(says, seen))), MailVerdict.UNKNOWN)


def _delivered(event: MailEvent) -> bool:
    return event.event in _SEEN or event.code == 250


def _permanent(event: MailEvent) -> bool:
    return event.event == "failed" and event.severity == "permanent"


def _temporary(event: MailEvent) -> bool:
    return event.event == "failed" and event.severity == "temporary"


def _bounced(event: MailEvent) -> bool:
    return _permanent(event) and event.reason == "bounce" and event.code == NO_MAILBOX


def _suppressed(event: MailEvent) -> bool:
    return _permanent(event) and (event.code == ON_THE_LIST or event.reason.startswith("suppress-"))


_IN_ORDER: tuple[tuple[MailVerdict, Callable[[MailEvent], bool]], ...] = (
    (MailVerdict.DELIVERED, _delivered),
    (MailVerdict.BOUNCED, _bounced),
    (MailVerdict.SUPPRESSED, _suppressed),
    (MailVerdict.NO_MAIL_SERVER, lambda event: _temporary(event) and event.code == NO_MX),
    (MailVerdict.TEMPORARY, _temporary),
    (MailVerdict.REJECTED, lambda event: event.event == "rejected"),
)


def log_text(events: Iterable[MailEvent]) -> str:
    """The events as lines of text, oldest first, for a file on the ticket (T3).

    It names the recipient: it is meant for an internal note, and for nothing else.
    """
    return "".join(f"{_line(event)}\n" for event in sorted(events, key=lambda event: event.at))


def _line(event: MailEvent) -> str:
    words = (event.event, event.severity, event.reason, "" if event.code is None else event.code)
    said = " ".join(str(word) for word in words if word != "")
    text = " ".join(event.message.split())
    when = event.at.isoformat(timespec="seconds")
    return f"{when} {event.recipient}: {said}" + (f": {text}" if text else "")
