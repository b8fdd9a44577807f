"""Times as people read them, in their own time zone. Documents have them in UTC."""

from datetime import datetime


def moment(milliseconds: int) -> str:
    """Date and time to the second, with the time zone."""
    return f"{_local(milliseconds):%Y-%m-%d %H:%M:%S %Z}"


def clock(milliseconds: int) -> str:
    """The time of day."""
    return f"{_local(milliseconds):%H:%M:%S}"


def _local(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000).astimezone()
