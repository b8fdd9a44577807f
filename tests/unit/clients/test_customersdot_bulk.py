"""Pages of an application that allows fewer rows for an answer than are asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from clients.customersdot_bulk import CustomersDotBulk, Model
from clients.rails_admin import Columns
from domain.errors import Defect

T = TypeVar("T")
MODEL: Model = "billing_account_membership"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Export:
    """An export as rails_admin makes it, with Kaminari's `max_per_page`."""

    ids: list[int]
    most: int = 10**9
    upwards: bool = False
    whole_days: bool = False
    changed: dict[int, datetime] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def listing(
        self, model: str, params: Any, columns: Any, understand: Callable[[list[Columns]], T]
    ) -> T:
        asked: dict[str, list[str]] = {}
        for name, value in params:
            asked.setdefault(name, []).append(value)
        self.asked.append({"columns": columns, **asked})
        assert (asked["sort"], asked["f[id][1][o]"]) == (["id"], ["between"])
        _, low, high = asked["f[id][1][v][]"]
        found = [one for one in self.ids if int(low) <= one <= int(high or 10**9)]
        if moments := asked.get("f[updated_at][2][v][]"):
            since = datetime.fromisoformat(moments[1])
            since = since.replace(hour=0) if self.whole_days else since
            found = [one for one in found if self.changed.get(one, NOON) >= since]
        found.sort(reverse=not self.upwards)
        return understand([self._row(one, columns) for one in found[: self._most(asked)]])

    def _most(self, asked: dict[str, list[str]]) -> int:
        return min(self.most, int(asked["per"][0]))

    def _row(self, number: int, columns: Any) -> Columns:
        row: Columns = dict.fromkeys(columns, number)
        if "updated_at" in columns:
            row["updated_at"] = self.changed.get(number, NOON).isoformat()
        return row


def bulk(export: Export) -> CustomersDotBulk:
    return CustomersDotBulk(export)  # type: ignore[arg-type]


def ids(rows: Any) -> list[int]:
    return [row["id"] for row in rows]


@pytest.fixture(params=[1, 2, 3, 7, 100, 10**9])
def most(request: pytest.FixtureRequest) -> Iterator[int]:
    return request.param  # type: ignore[no-any-return]


@pytest.mark.parametrize("every", [1, 2, 5])
def test_no_row_is_lost_where_answers_are_cut(most: int, every: int) -> None:
    """Dense or with gaps, in whatever order pages are read; also when ends are read first."""
    export = Export(list(range(3, 101, every)), most=most)
    reader = bulk(export)
    for width in (4, 30, 100, 1):
        pages = [ids(reader.page(MODEL, low, low + width - 1)) for low in range(1, 101, width)]
        assert sorted(one for page in pages for one in page) == export.ids
        assert all(page == sorted(page, reverse=True) for page in pages)
    assert ids(reader.changed(MODEL, NOON)) == export.ids[::-1]


def test_a_short_list_of_changes_says_nothing_about_pages() -> None:
    """Its answers are cut at another length: a longer one is not known for it."""
    export = Export(list(range(1, 5001)))
    reader = bulk(export)
    assert len(reader.page(MODEL, 1, 5000)) == 5000
    assert len(list(reader.changed(MODEL, NOON))) == 5000
    assert [one["per"] for one in export.asked] == [["5000"], *[["2000"]] * 3]


def test_a_page_that_fills_its_range_is_whole() -> None:
    """One call each, where no record is missing."""
    export = Export(list(range(1, 101)))
    reader = bulk(export)
    for low in range(1, 101, 10):
        reader.page(MODEL, low, low + 9)
    assert len(export.asked) == 10


@pytest.mark.parametrize("there", [[], [1], [7], [1, 2, 50]])
def test_the_highest_id(there: list[int]) -> None:
    """0 where there is nothing; ids that are missing below make no difference."""
    assert bulk(Export(there)).highest_id(MODEL) == max(there, default=0)


def test_a_list_that_begins_with_the_lowest() -> None:
    """Nothing that is found from the end would be right."""
    export = Export(list(range(1, 30)), upwards=True)
    with pytest.raises(Defect, match="not ordered"):
        bulk(export).highest_id(MODEL)
    with pytest.raises(Defect) as caught:
        bulk(export).page(MODEL, 1, 30)
    assert caught.value.code == "list-order"


# what has changed


def test_what_has_changed() -> None:
    """To the second, where the server has it so; what is asked for says its time zone."""
    changed = {one: NOON + timedelta(minutes=one) for one in range(1, 60)}
    export = Export(list(changed), changed=changed)
    found = list(bulk(export).changed(MODEL, NOON + timedelta(minutes=50)))
    assert ids(found) == list(range(59, 49, -1))
    assert export.asked[0]["f[updated_at][2][v][]"] == ["", "2026-11-22T12:50:00+00:00", ""]
    assert export.asked[0]["f[updated_at][2][o]"] == ["between"]
    assert export.asked[0]["columns"][-1] == "updated_at"


def test_where_whole_days_are_compared() -> None:
    """As before rails_admin 3.0.0: rows from earlier that day come too, and are left out."""
    changed = {1: NOON.replace(hour=1), 2: NOON, 3: NOON + timedelta(days=1)}
    export = Export([1, 2, 3], changed=changed, whole_days=True)
    assert ids(bulk(export).changed(MODEL, NOON)) == [3, 2]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ((NOON - timedelta(days=2)).isoformat(), "filter-dropped"),
        ("2026-11-22T12:00:00", "defect"),
        ("noon", "defect"),
        (None, "defect"),
    ],
)
def test_rows_that_can_not_be_among_them(told: str | None, code: str) -> None:
    """Much too old, or without a moment that means something."""

    class Odd(Export):
        def _row(self, number: int, columns: Any) -> Columns:
            return super()._row(number, columns) | {"updated_at": told}

    with pytest.raises(Defect) as caught:
        list(bulk(Odd([1])).changed(MODEL, NOON))
    assert caught.value.code == code


def test_a_moment_without_a_time_zone() -> None:
    with pytest.raises(Defect, match="time zone"):
        list(bulk(Export([1])).changed(MODEL, NOON.replace(tzinfo=None)))
