"""All accounts and contacts of Zuora, a page at a time, for scans; it reads and nothing else.

ZOQL gives the most rows for a call: 2,000 (facts: zuora, 6). It has no order, so what is read at a
time is a window of creation dates, which no change of a record moves it out of. Null fields are
left out of a row. All methods raise what `Zuora` raises; Transient also for an answer whose rows
don't add up, which is asked for again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from clients import zoql
from clients.answers import Answer
from clients.zoql import What, Window
from clients.zuora import Zuora, query_body, rows_of
from domain.errors import Defect, Stale, Transient

BATCH = 2_000
MOST_BEGINNINGS = 5
"""How often a list of changes is read from its beginning before it is for later."""

NEVER_NULL: dict[What, tuple[str, ...]] = {
    "Account": ("Id", "AccountNumber", "Status", "CreatedDate"),
    "Contact": ("Id", "CreatedDate"),
}
FIELDS: dict[What, tuple[str, ...]] = {
    "Account": (*NEVER_NULL["Account"], "SoldToId"),
    "Contact": (
        *(*NEVER_NULL["Contact"], "AccountId"),
        *("FirstName", "LastName", "WorkEmail"),
        *("Address1", "Address2", "City", "State", "PostalCode", "Country"),
    ),
}
"""What a row may have. Those of `NEVER_NULL` are in every row."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """Some rows of a window, in no order. `size` is how many the window has in all."""

    rows: list[Row] = field(repr=False)
    size: int
    next: str | None
    """Where the window goes on: what `page` takes as its locator; None at its end."""


class ZuoraBulk:
    """Counts, pages, and what has changed. Rows are plain: a scan reads millions of them."""

    def __init__(self, zuora: Zuora) -> None:
        self._zuora = zuora

    def count(self, what: What, window: Window) -> int:
        """How many records a window has. That there are none is asked for once more."""
        request = {
            "queryString": zoql.created_in(what, ("Id",), window),
            "conf": {"batchSize": 1},
        }
        return self._zuora.zoql("query", request, _size) or self._zuora.zoql(
            "query", request, _size
        )

    def page(
        self, what: What, window: Window, locator: str | None = None, *, counted: int = 0
    ) -> BulkPage:
        """The first page of a window, or the one that a locator leads to.

        Raises Stale where the locator leads nowhere any more (`locator-expired`: it lives for 15
        minutes) or the pages together don't come to the size of the first (`rows-changed`): begin
        the window anew. Raises Defect `filter-dropped` for a row that the window excludes. An empty
        window is looked at again; where `counted` says that it had rows, it is Transient
        `came-up-empty`: count anew before it is believed.
        """
        query = zoql.created_in(what, FIELDS[what], window)

        def check(row: Row) -> None:
            _complete(row, NEVER_NULL[what])
            if not window.holds(zoql.parsed(row["CreatedDate"])):
                raise _dropped(what)

        if locator:
            return self._more(_Place.parsed(locator), check)
        page = self._first(query, check)
        if counted and not page.size:
            text = f"Zuora: a window of {what} came up empty, and had {counted} rows before"
            raise Transient(text, code="came-up-empty")
        return page

    def changed_accounts(self, since: datetime) -> Iterator[str]:
        """The ids of the accounts that were changed then or later; one may come several times."""
        return self._changed("Account", "Id", since)

    def changed_contacts(self, since: datetime) -> Iterator[str]:
        """The ids of the *accounts* of such contacts; one may come several times.

        A contact that belongs to no account is left out.
        """
        return self._changed("Contact", "AccountId", since)

    def _changed(self, what: What, wanted: str, since: datetime) -> Iterator[str]:
        names = tuple(dict.fromkeys(("Id", wanted, "UpdatedDate")))
        since = since.replace(microsecond=0)

        def check(row: Row) -> None:
            _complete(row, ("Id", "UpdatedDate"))
            if zoql.parsed(row["UpdatedDate"]) < since:
                raise _dropped(what)

        query = zoql.updated_since(what, names, since)
        for _ in range(MOST_BEGINNINGS):
            try:
                for page in self._pages(query, check):
                    yield from (row[wanted] for row in page.rows if row.get(wanted))
            except Stale:
                continue
            return
        raise Transient(f"Zuora: what has changed of {what} changes on", code="rows-changed")

    def _pages(self, query: str, check: Callable[[Row], None]) -> Iterator[BulkPage]:
        page = self._first(query, check)
        yield page
        while page.next:
            page = self._more(_Place.parsed(page.next), check)
            yield page

    def _first(self, query: str, check: Callable[[Row], None]) -> BulkPage:
        """The first page, looked at twice if it is empty."""
        request = {"queryString": query, "conf": {"batchSize": BATCH}}

        def look() -> BulkPage:
            return self._zuora.zoql("query", request, lambda answer: _page(answer, _START, check))

        page = look()
        return page if page.size else look()

    def _more(self, place: "_Place", check: Callable[[Row], None]) -> BulkPage:
        request = {"queryLocator": place.locator, "conf": {"batchSize": BATCH}}
        try:
            return self._zuora.zoql(
                "queryMore", request, lambda answer: _page(answer, place, check)
            )
        except Transient as error:
            if error.code != _MISSING:
                raise
            raise Stale(str(error), code="rows-changed") from None  # it stayed so at every look


_MISSING = "rows-missing"


@dataclass(frozen=True, slots=True)
class _Place:
    """Between two pages: how many rows there were before, of how many, and what leads on."""

    seen: int
    size: int
    locator: str

    def __str__(self) -> str:
        return f"{self.seen}/{self.size}/{self.locator}"

    @classmethod
    def parsed(cls, text: str) -> "_Place":
        found = re.fullmatch(r"(\d+)/(\d+)/(\S+)", text)
        if found is None:
            raise Defect("Zuora: this is not where a page ended", code="bad-locator")
        return cls(int(found[1]), int(found[2]), found[3])


_START = _Place(0, 0, "")


def _page(answer: Answer, place: _Place, check: Callable[[Row], None]) -> BulkPage:
    """The page, if it can be trusted: rows are counted, unlike each other, and each is checked."""
    body = _query_body(answer, place)
    rows, size, done = rows_of(body, "records"), _number(answer, body), body["done"]
    if place.seen and size != place.size:
        raise Stale(f"{answer.title}: the rows of the query have changed", code="rows-changed")
    seen = place.seen + len(rows)
    if len(rows) > BATCH or done != (seen == size) or seen > size or (size and not rows):
        text = f"{answer.title}: {len(rows)} rows after {place.seen} of {size}, done: {done}"
        raise Transient(text, code=_MISSING)
    for row in rows:
        check(row)
    if len({row["Id"] for row in rows}) != len(rows):
        raise Transient(f"{answer.title}: a record came twice in one page", code="rows-doubled")
    return BulkPage(rows, size, None if done else str(_Place(seen, size, _locator(answer, body))))


def _query_body(answer: Answer, place: _Place) -> dict[str, Any]:
    """The body. A 400 to a request that has nothing but a locator of Zuora's own is about that."""
    if place.seen and answer.status == 400:
        raise Stale(f"{answer.title}: the locator was refused", code="locator-expired")
    return query_body(answer)


def _size(answer: Answer) -> int:
    body = query_body(answer)
    size, rows = _number(answer, body), rows_of(body, "records")
    if len(rows) != min(size, 1) or body["done"] != (size <= 1):
        raise Transient(f"{answer.title}: {len(rows)} rows of {size}", code=_MISSING)
    return size


def _number(answer: Answer, body: dict[str, Any]) -> int:
    size = body.get("size")
    if type(size) is not int or size < 0:
        raise Transient(f"{answer.title}: no size in the answer", code="unreadable")
    return size


def _locator(answer: Answer, body: dict[str, Any]) -> str:
    locator = body.get("queryLocator")
    if not isinstance(locator, str) or not re.fullmatch(r"\S{1,500}", locator):
        raise Transient(f"{answer.title}: no locator in the answer", code="unreadable")
    return locator


def _complete(row: Row, names: tuple[str, ...]) -> None:
    for name in names:
        if not row.get(name):
            raise Defect(f"Zuora: a row has no {name}", code="column-missing")


def _dropped(what: What) -> Defect:
    text = f"Zuora: a query for {what} returned rows that its condition excludes"
    return Defect(text, code="filter-dropped")
