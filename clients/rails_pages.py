"""What the pages of rails_admin say apart from forms (facts: customersdot, B3, B5 and B6)."""

import re
from datetime import datetime

from bs4 import BeautifulSoup, Tag

from clients.privacy import presentable
from clients.rails_forms import action_path
from domain.records import HistoryLine


def asks_to_sign_in(html: str) -> bool:
    """Whether this is a sign-in page, the application's or that of a proxy before it.

    It asks for a password and, unlike an edit page with such a field, offers no admin page.
    """
    if "password" not in html:
        return False
    page = _soup(html)
    asks = page.select_one('form input[type="password"]') is not None
    return asks and not any("/admin/" in action_path(form) for form in page("form"))


def refusal_reasons(html: str) -> list[str]:
    """The reasons in the alert of a 406 answer, fit to be shown. Empty if it has no alert.

    The alert's first line says what failed, the lines that begin with a dash say why.
    """
    alerts = _soup(html).select(".alert-danger")
    lines = [line.strip() for alert in alerts for line in _text_of(alert).splitlines()]
    reasons = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    return [presentable(line) for line in reasons or lines if line]


def parse_history(html: str) -> list[HistoryLine] | None:
    """The lines of a record's history, oldest first; None if the page has no history table."""
    table = _soup(html).select_one("table#history")
    if table is None:
        return None
    rows = [[_text_of(cell).strip() for cell in row("td")] for row in table("tr")]
    lines = [_history_line(cells) for cells in rows if len(cells) >= 3]
    return lines[::-1] if _newest_first(lines) else lines


def _history_line(cells: list[str]) -> HistoryLine:
    at, user, message = cells[0], cells[1], cells[-1]
    found = re.fullmatch(r"(\S+)\s*\[(.*)\]", message, re.DOTALL)
    event, changes = found.groups() if found else (message, "")
    return HistoryLine(event=event, user=user, at=at, changes=changes)


def _newest_first(lines: list[HistoryLine]) -> bool:
    """Stock pages list the oldest first; since 3.1.0 an application can turn that round."""
    events = [line.event for line in lines]
    if "create" in events:
        return events[0] != "create" and events[-1] == "create"
    times = [time for time in (_minute(line.at) for line in lines) if time is not None]
    return bool(times) and times[0] > times[-1]


def _minute(at: str) -> datetime | None:
    try:
        return datetime.strptime(at, "%B %d, %Y %H:%M")  # noqa: DTZ007
    except ValueError:
        return None


def _text_of(tag: Tag) -> str:
    """A tag's text, entities resolved, without its buttons; a line break is a line break."""
    for button in tag("button"):
        button.decompose()
    for line_break in tag("br"):
        line_break.replace_with("\n")
    return tag.get_text()


def _soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")
