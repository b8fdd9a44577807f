"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.errors import InvalidRequest
from handover.moments import moment_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=NOW.tzinfo)),
        ("2026-11-20T14:30", datetime(2026, 11, 20, 14, 30, tzinfo=NOW.tzinfo)),
        ("2026-11-20 14:30:05", datetime(2026, 11, 20, 14, 30, 5, tzinfo=NOW.tzinfo)),
        ("2026-11-20T14:30Z", datetime(2026, 11, 20, 14, 30, tzinfo=UTC)),
        ("90s", NOW - timedelta(seconds=90)),
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(days=1)),
        (" 7 D ", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("0d", NOW),
    ],
)
def test_a_moment_is_understood(text: str, moment: datetime) -> None:
    """Without a zone it is in the reader's own."""
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "-7d", "2026-13-01", "d7", "1.5h"])
def test_what_is_no_moment_is_named_and_not_repeated(text: str) -> None:
    """With the forms that are understood."""
    with pytest.raises(InvalidRequest) as caught:
        moment_of(text, NOW)
    (problem,) = caught.value.problems
    assert problem.startswith("since: is no moment; write 2026-11-20")


def test_what_lies_ahead_is_a_mistake() -> None:
    """Nothing can have been started since then."""
    with pytest.raises(InvalidRequest, match="future"):
        moment_of("2026-11-24", NOW)
