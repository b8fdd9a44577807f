"""Times as people read them, in their own time zone; in documents, in UTC."""

from datetime import UTC, datetime


def moment(milliseconds: int) -> str:
    """Date and time to the second, with the time zone."""
    return f"{_local(milliseconds):%Y-%m-%d %H:%M:%S %Z}"


def moment_utc(milliseconds: int) -> str:
    """Date and time to the second in UTC, for readers who may be anywhere."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def clock(milliseconds: int) -> str:
    """The time of day."""
    return f"{_local(milliseconds):%H:%M:%S}"


def _local(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000).astimezone()
