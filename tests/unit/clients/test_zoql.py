"""What is sent to Zuora's query language, to the letter, and how windows are cut."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.zoql import FIRST, SECOND, Window, created_in, parsed, updated_since
from domain.errors import Defect

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOMENTS = st.integers(86_400, 10**9).map(lambda seconds: FIRST + seconds * SECOND)


def test_a_window_is_asked_for_from_its_first_second_to_before_its_end() -> None:
    """In quotes, with the offset; keywords in lower case; no parentheses."""
    window = Window(
        after=NOON, before=NOON.replace(hour=18).astimezone(timezone(-6 * SECOND * 3600))
    )
    assert created_in("Account", ("Id", "Status"), window) == (
        "select Id, Status from Account where CreatedDate < '2026-11-22T18:00:00+00:00'"
        " and CreatedDate >= '2026-11-22T12:00:00+00:00'"
    )


def test_a_window_without_a_beginning() -> None:
    assert created_in("Contact", ("Id",), Window(before=NOON)) == (
        "select Id from Contact where CreatedDate < '2026-11-22T12:00:00+00:00'"
    )


def test_what_has_changed() -> None:
    """Parts of a second are cut off: rather a row too many."""
    assert updated_since("Account", ("Id",), NOON + timedelta(seconds=1.9)) == (
        "select Id from Account where UpdatedDate >= '2026-11-22T12:00:01+00:00'"
    )


@pytest.mark.parametrize(
    "text",
    ["2026-11-22T04:00:00.000-08:00", "2026-11-22T12:00:00Z", "2026-11-22T13:00:00.000+0100"],
)
def test_moments_as_zuora_prints_them(text: str) -> None:
    """In the tenant's time zone, with or without parts of a second."""
    assert parsed(text) == NOON


@pytest.mark.parametrize("text", ["", None, "noon", "2026-11-22", "2026-11-22T12:00:00", 12])
def test_what_is_no_moment(text: object) -> None:
    with pytest.raises(Defect):
        parsed(text)


@given(before=MOMENTS, after=st.none() | st.integers(1, 10**8), moment=MOMENTS)
def test_halves_share_out_every_moment(
    before: datetime, after: int | None, moment: datetime
) -> None:
    """Each is in one of them, if it was in the window, else in none; and they are shorter."""
    window = Window(after=after and before - after * SECOND, before=before)
    halves = window.halves()
    assert sum(half.holds(moment) for half in halves) == window.holds(moment)
    assert len(halves) == 1 + (after != 1)


def test_halving_comes_to_an_end() -> None:
    """Also for a window without a beginning: it gets one as soon as there is a first half."""
    parts = [Window(before=FIRST + timedelta(seconds=5))]
    for _ in range(4):
        parts = [half for part in parts for half in part.halves()]
    begin = [part.after for part in parts if part.after and part.after >= FIRST]
    assert len(begin) == 5


def test_a_window_is_kept_as_text() -> None:
    """As a piece of a scan names it in the journal."""
    window = Window(after=NOON, before=NOON + SECOND)
    kept = window.model_dump(mode="json")
    assert kept == {"after": "2026-11-22T12:00:00Z", "before": "2026-11-22T12:00:01Z"}
    assert Window.model_validate(kept) == window
