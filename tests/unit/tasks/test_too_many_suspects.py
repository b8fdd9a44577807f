"""When a full scan gives up before it reads each suspect live."""

import pytest

from config.settings import settings
from tasks.drift.comparing import FLOOR, are_too_many


@pytest.mark.parametrize(
    ("share", "found", "accounts", "too_many"),
    [
        ("0.5", FLOOR, 100, False),
        ("0.5", FLOOR + 1, 100, True),
        ("0.5", FLOOR + 1, 0, True),
        ("0.5", 50_000, 100_000, False),
        ("0.5", 50_001, 100_000, True),
        ("0.01", 1_500, 100_000, True),
        ("1", 100_000, 100_000, False),
        ("0", 100_000, 0, False),
    ],
)
def test_share_and_floor_are_both_exceeded(
    monkeypatch: pytest.MonkeyPatch, share: str, found: int, accounts: int, too_many: bool
) -> None:
    """Zuora may be the side that reads as empty. A share of 0 is no limit."""
    monkeypatch.setenv("HANDOVER_DRIFT_MOST_SUSPECTS", share)
    settings.cache_clear()
    try:
        assert are_too_many(found, accounts) is too_many
    finally:
        settings.cache_clear()
