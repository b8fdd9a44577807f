"""Moments and spans of time as the page says them: in UTC, since a file has no time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from handover.words import counted

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment for a `time` element: how machines read it, and how people do."""

    iso: str
    text: str
    day: str


def moment(milliseconds: int) -> Moment:
    """The moment of a number of milliseconds since 1970."""
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    day = f"{at.day} {at:%b %Y}"
    return Moment(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{day}, {at:%H:%M} UTC", day)


def span(milliseconds: int) -> str:
    """How long something took or is past, to one unit: 5 minutes, 30 hours, 4 days."""
    minutes = max(0, milliseconds) // 60_000
    if minutes < 120:
        return counted(minutes, "minute") if minutes else "less than a minute"
    hours = minutes // 60
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")
