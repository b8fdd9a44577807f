"""Texts in Zuora's query language ZOQL, of nothing but names of ours and moments (facts: zuora, 6).

How moments are written and compared: Zuora's page "Filter statements" (docs.zuora.com,
legacy-query-methods/zoql) allows `=`, `!=`, `<`, `<=`, `>` and `>=` between a dateTime field and
`YYYY-MM-DDThh:mm:ss`; its page "Date and dateTime formats" has the same form with an offset,
`2015-03-08T02:00:00+08:00`; the pages on Export ZOQL add that a moment without an offset is one of
the tenant's own time zone, and put it in quotes. So ours are in quotes, to the second, and always
say `+00:00`. Fields have milliseconds. Whoever asks still looks at each row's own moment: a tenant
that reads the offset in another way is noticed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, model_validator

from domain.errors import Defect
from domain.records import Record

What = Literal["Account", "Contact"]
SECOND = timedelta(seconds=1)
FIRST = datetime(2007, 1, 1, tzinfo=UTC)
"""Before this there was no Zuora, and nothing in it."""


class Window(Record):
    """A span of creation dates: `after <= CreatedDate < before`, in whole seconds.

    Without `after` it begins with the first record there is.
    """

    after: AwareDatetime | None = None
    before: AwareDatetime

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.before.microsecond or (self.after and self.after.microsecond):
            raise ValueError("a window begins and ends with a whole second")
        if self.after and self.after >= self.before:
            raise ValueError("a window ends after it begins")
        return self

    def holds(self, moment: datetime) -> bool:
        """Whether a record that was created then is in it."""
        return (self.after is None or self.after <= moment) and moment < self.before

    def halves(self) -> tuple["Window", ...]:
        """Two windows that hold the same records between them; itself, if it is a second long."""
        begin = self.after or min(FIRST, self.before - 2 * SECOND)
        seconds = (self.before - begin) // SECOND
        if seconds < 2:
            return (self,)
        middle = begin + seconds // 2 * SECOND
        return Window(after=self.after, before=middle), Window(after=middle, before=self.before)


def created_in(what: What, fields: Sequence[str], window: Window) -> str:
    """The query for all records of a window."""
    query = f"{_select(what, fields)} where CreatedDate < {_moment(window.before)}"
    return f"{query} and CreatedDate >= {_moment(window.after)}" if window.after else query


def updated_since(what: What, fields: Sequence[str], since: datetime) -> str:
    """The query for all records that were changed then or later, to the second."""
    return f"{_select(what, fields)} where UpdatedDate >= {_moment(since)}"


def parsed(text: object) -> datetime:
    """A moment as Zuora prints it. Raises Defect if it is none, or has no offset."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Defect("Zuora: a record's date is not a date") from None
    if moment.tzinfo is None:
        raise Defect("Zuora: a record's date has no time zone")
    return moment


def _select(what: What, fields: Sequence[str]) -> str:
    return f"select {', '.join(fields)} from {what}"  # noqa: S608 - ZOQL, of our own names


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise Defect("Zuora: a moment in a query needs a time zone")
    return f"'{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00'"
