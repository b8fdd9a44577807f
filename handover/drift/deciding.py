"""What people decide about findings: to know of one and leave it as it is, for a while."""

import re
from datetime import date, datetime, time, timedelta

from domain.errors import InvalidRequest
from domain.requests import check_words
from handover.drift.lists import finding
from handover.drift.reports import Detail
from handover.lists import acting
from worker.journal import finding_lists
from worker.runtime import journal

LONGEST_DAYS = 366
"""What is to be so for longer is no drift but a rule, and belongs in the code."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def acknowledge(
    finding_id: str,
    *,
    reason: str,
    until: str | None = None,
    days: int | None = None,
    by: str | None = None,
) -> Detail:
    """Notes that somebody knows about a finding, so that it is not told until then.

    `until` is the last day of it (2026-12-24), in the time zone of this machine; or it lasts so
    many `days` from now. The reason is shown in reports. Raises InvalidRequest naming every
    problem: a reason that is empty or holds an address, not exactly one end, a date that is none or
    too far, an unknown finding (with the nearest one), one that is resolved. And Unavailable.
    """
    now = datetime.now().astimezone()
    problems, end = _end(until, days, now)
    if not reason.strip():
        problems.append("reason: is missing: say why (--reason)")
    who = ""
    for check in (lambda: check_words(reason=reason), lambda: acting(by)):
        try:
            who = check() or who
        except InvalidRequest as error:
            problems += error.problems
    if problems:
        raise InvalidRequest(problems)
    with journal().write() as tx:
        found = finding_lists.acknowledge(
            tx, finding_id, by=who, reason=reason.strip(), until=round(end.timestamp() * 1000)
        )
    return finding(found)


def _end(until: str | None, days: int | None, now: datetime) -> tuple[list[str], datetime]:
    """When an acknowledgement ends, and what is wrong with how that was said."""
    if (until is None) == (days is None):
        return [
            "until: say how long, either by a date (--until) or by a number of days (--days)"
        ], now
    if days is not None:
        if 1 <= days <= LONGEST_DAYS:
            return [], now + timedelta(days=days)
        return [f"days: must be from 1 to {LONGEST_DAYS}"], now
    last = _day(until or "")
    if last is None:
        return ["until: is no date; write it as 2026-12-24"], now
    if not now.date() <= last <= now.date() + timedelta(days=LONGEST_DAYS):
        return [f"until: must be today or later, and at most {LONGEST_DAYS} days from now"], now
    return [], datetime.combine(last + timedelta(days=1), time(), tzinfo=None).astimezone()


def _day(text: str) -> date | None:
    """A date in the one form that nobody reads in two ways."""
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
