"""Mailgun's JSON as records, of both interfaces: they write the time differently."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parseaddr

from clients.plain_answers import Body, needed, text
from domain.errors import Defect
from domain.mail import MailEvent
from domain.records import same_email


def events_about(items: Iterable[Body], address: str) -> Iterator[MailEvent]:
    """The events among the items that are about one address, whatever else was sent along."""
    found = (event(item) for item in items)
    return (one for one in found if same_email(one.recipient, address))


def event(item: Body) -> MailEvent:
    """One event. Raises Defect for one without a name or a time."""
    status = _part(item, "delivery-status")
    reject = _part(item, "reject")
    code = status.get("code")
    return MailEvent(
        event=needed(item, "event", "Mailgun"),
        severity=text(item, "severity"),
        reason=text(item, "reason") or text(reject, "reason"),
        code=code if isinstance(code, int) else None,
        message=text(status, "message") or text(reject, "description"),
        at=_moment(item),
        recipient=text(item, "recipient") or parseaddr(text(_headers(item), "to"))[1],
    )


def _moment(item: Body) -> datetime:
    """`@timestamp` is ISO, in logs; `timestamp` is seconds of the epoch, in events."""
    seconds = item.get("timestamp")
    try:
        if isinstance(seconds, int | float):
            return datetime.fromtimestamp(seconds, UTC)
        return datetime.fromisoformat(text(item, "@timestamp")).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Defect("Mailgun: an event has no time that can be read") from None


def _headers(item: Body) -> Body:
    return _part(_part(item, "message"), "headers")


def _part(item: Body, key: str) -> Body:
    value = item.get(key)
    return value if isinstance(value, dict) else {}
