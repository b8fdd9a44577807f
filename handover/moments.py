"""A moment in the past, as people write it: a date, a date with a time, or how long ago."""

import re
from datetime import datetime, timedelta

from domain.errors import InvalidRequest

_AGO = re.compile(r"([0-9]{1,5})\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS = "2026-11-20, 2026-11-20T14:30, or how long ago: 90s, 30m, 24h, 7d, 2w"


def moment_of(text: str, now: datetime) -> datetime:
    """The moment that a text means. What names no time zone is in that of `now`.

    Raises InvalidRequest, without repeating the text, for what is no moment or lies ahead.
    """
    found = _ago(text, now) or _date(text, now)
    if found is None:
        raise InvalidRequest([f"since: is no moment; write {FORMS}"])
    if found > now:
        raise InvalidRequest(["since: lies in the future"])
    return found


def _ago(text: str, now: datetime) -> datetime | None:
    found = _AGO.fullmatch(text.strip().lower())
    return now - timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def _date(text: str, now: datetime) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=now.tzinfo)
