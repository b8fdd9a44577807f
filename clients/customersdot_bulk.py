"""All records of CustomersDot, a page at a time, for scans; it reads and nothing else.

The export gives the columns that are asked for and no others (facts: customersdot, B4). A page is a
range of ids, so that nothing moves from page to page while others write. All methods raise what
`RailsAdmin` raises for a read; Defect for rows that were not asked for: where a filter is dropped
without a word, every row comes back.

How dates are filtered, from rails_admin's source (`Datetime#parse_value`, and
`build_statement_for_datetime_or_timestamp` since its commit 01e8d5f for issue 3011, released with
3.0.0): a value is read by Rails' `Time.zone.parse`, which obeys an offset and takes ISO 8601, and
`between` compares to the instant; either end may be empty. Before that the time of day was cut off,
so that rows of the whole first day come too: they are left out here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Literal

from clients.customersdot_records import CONTACT_COLUMNS, CUSTOMER_COLUMNS
from clients.rails_admin import RailsAdmin
from domain.errors import Defect, Transient

Model = Literal[
    "billing_account", "billing_account_membership", "billing_account_contact", "customer"
]
Row = dict[str, Any]
"""Values by column, as JSON has them: the id and the ids of others are numbers."""

NOT_EVERYWHERE = "sold_to_contact_id"
"""A column whose name is not public: where there is none, rows don't have it."""

COLUMNS: Mapping[Model, tuple[str, ...]] = {
    "billing_account": ("id", "zuora_account_id", NOT_EVERYWHERE),
    "billing_account_membership": ("id", "customer_id", "billing_account_id"),
    "billing_account_contact": (
        *("id", "zuora_contact_id", "zuora_account_id"),
        *CONTACT_COLUMNS.values(),
    ),
    "customer": CUSTOMER_COLUMNS,
}
MOST_IDS = 20_000
"""No page may span more: all of it is held in memory."""

CHANGED_PER_ANSWER = 2_000
A_DAY_AND_A_ZONE = timedelta(hours=38)
"""How much too early a row may be where the time of day is cut off, in whatever time zone."""


class CustomersDotBulk:
    """Ids, pages, and what has changed. Rows are plain: a scan reads millions of them."""

    def __init__(self, admin: RailsAdmin) -> None:
        self._admin = admin
        self._longest: dict[Model, int] = {}

    def highest_id(self, model: Model) -> int:
        """The highest id there is, 0 where there is no record.

        Nothing may be above it: that is asked for, too, which shows that ranges are obeyed.
        """
        highest = 0
        for _ in range(10):  # somebody may create a record in between
            higher = _Range(model, highest + 1, None)
            above = self._answer(higher, per=1) or (not highest and self._answer(higher, per=1))
            if not above:
                return highest
            highest = above[0]["id"]
        raise Defect(f"CustomersDot: the list of {model} is not ordered by id", code="list-order")

    def page(self, model: Model, low: int, high: int) -> list[Row]:
        """All records with an id from `low` to `high`, both included, the highest first.

        An empty page is asked for once more. Raises Defect `filter-dropped`, `column-missing` and
        `list-order`, and Transient `rows-doubled`.
        """
        width = high - low + 1
        if low < 1 or not 1 <= width <= MOST_IDS:
            raise Defect(f"CustomersDot: no page goes from {low} to {high}", code="bad-range")
        wanted = _Range(model, low, high)
        return list(chain(*self._answers(wanted, width))) or self._answer(wanted, width)

    def changed(self, model: Model, since: datetime) -> Iterator[Row]:
        """The records that were changed then or later, the highest id first, with `updated_at`.

        Raises Defect as `page` does, `filter-dropped` also for a row that is days too old.
        """
        if since.tzinfo is None:
            raise Defect("CustomersDot: a moment in a filter needs a time zone")
        wanted = _Range(model, 1, None, since)
        for rows in self._answers(wanted, CHANGED_PER_ANSWER):
            yield from (row for row in rows if _updated(row) >= since)

    def _answers(self, wanted: "_Range", per: int) -> Iterator[list[Row]]:
        """One answer after the other, from the highest id down, until all is read.

        An application may allow fewer rows for an answer than are asked for, and not say so
        (Kaminari's `max_per_page`). An answer is surely whole where it reaches the lowest id, or is
        shorter than another one was.
        """
        while True:
            rows = self._answer(wanted, per)
            yield rows
            longest = self._longest.get(wanted.model, 1)
            self._longest[wanted.model] = max(longest, len(rows))
            if len(rows) < min(longest, per) or rows[-1]["id"] == wanted.low:
                return
            wanted = wanted.below(rows[-1]["id"])

    def _answer(self, wanted: "_Range", per: int) -> list[Row]:
        params = [*wanted.params(), ("sort", "id"), ("per", str(per))]
        return self._admin.listing(wanted.model, params, wanted.columns, wanted.checked)


@dataclass(frozen=True, slots=True)
class _Range:
    """What is asked for: a range of ids, without `high` to the end; and when it was changed."""

    model: Model
    low: int
    high: int | None
    since: datetime | None = None
    columns: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        more = ("updated_at",) if self.since else ()
        object.__setattr__(self, "columns", (*COLUMNS[self.model], *more))

    def below(self, record_id: int) -> "_Range":
        """The part of it that is below an id."""
        return _Range(self.model, self.low, record_id - 1, self.since)

    def params(self) -> list[tuple[str, str]]:
        """The filters, which the server joins by "and"."""
        found = _between("id", 1, str(self.low), "" if self.high is None else str(self.high))
        if self.since:
            moment = self.since.astimezone(UTC).isoformat(timespec="seconds")
            found += _between("updated_at", 2, moment, "")
        return found

    def checked(self, rows: list[Row]) -> list[Row]:
        """The rows, if they are what was asked for."""
        ids = [row["id"] for row in rows]
        if any(type(one) is not int for one in ids):
            raise Defect(f"CustomersDot: an id of {self.model} is not a number", code="bad-id")
        if not all(self.low <= one <= (self.high or one) for one in ids):
            raise self._dropped()
        if self.since and any(_updated(row) < self.since - A_DAY_AND_A_ZONE for row in rows):
            raise self._dropped()
        if len(set(ids)) != len(ids):
            text = f"CustomersDot: a record came twice in a page of {self.model}"
            raise Transient(text, code="rows-doubled")
        if ids != sorted(ids, reverse=True):
            text = f"CustomersDot: a page of {self.model} is not ordered by id, highest first"
            raise Defect(text, code="list-order")
        needed = set(self.columns) - {NOT_EVERYWHERE}
        if any(needed - row.keys() for row in rows):
            text = f"CustomersDot: a record of {self.model} lacks a column"
            raise Defect(text, code="column-missing")
        return rows

    def _dropped(self) -> Defect:
        text = f"CustomersDot: a page of {self.model} holds rows that its filter excludes"
        return Defect(text, code="filter-dropped")


def _between(column: str, number: int, low: str, high: str) -> list[tuple[str, str]]:
    """The first of the three values is what other operators would use."""
    name = f"f[{column}][{number}]"
    return [(f"{name}[o]", "between"), *((f"{name}[v][]", one) for one in ("", low, high))]


def _updated(row: Row) -> datetime:
    """When a row was changed. Raises Defect if it does not say, or without a time zone."""
    try:
        moment = datetime.fromisoformat(str(row["updated_at"]))
    except (KeyError, ValueError):
        raise Defect("CustomersDot: a record does not say when it changed") from None
    if moment.tzinfo is None:
        raise Defect("CustomersDot: a record's date has no time zone")
    return moment
