"""The settings of drift scans: what they are without being set, and what is refused."""

import pytest
from pydantic import ValidationError

from config.settings import Settings


def test_what_they_are_when_nobody_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nightly, and patient for as long as a change may take to arrive."""
    settings = Settings()
    assert settings.drift_at == "02:30"
    assert settings.drift_queue == "handover.drift"
    assert settings.drift_settle == settings.lag_seconds
    assert settings.drift_most_suspects == 0.5
    monkeypatch.setenv("HANDOVER_DRIFT_SETTLE_SECONDS", "0")
    assert Settings().drift_settle == 0


@pytest.mark.parametrize("value", ["00:00", "23:59", "none", " NONE "])
def test_times_of_day(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HANDOVER_DRIFT_AT", value)
    assert Settings().drift_at == value.strip().lower()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DRIFT_AT", "24:00"),
        ("DRIFT_AT", "2:30"),
        ("DRIFT_AT", "02:60"),
        ("DRIFT_AT", "never"),
        ("DRIFT_PAGE", "0"),
        ("DRIFT_PAGE", "20001"),
        ("DRIFT_WINDOW_ROWS", "1999"),
        ("DRIFT_SETTLE_SECONDS", "-1"),
        ("DRIFT_CHANGED_MINUTES", "1441"),
        ("DRIFT_ZUORA_AT_ONCE", "-1"),
        ("DRIFT_MAX_ATTEMPTS", "0"),
        ("DRIFT_FEED", "0"),
        ("DRIFT_MOST_SUSPECTS", "-0.1"),
        ("DRIFT_MOST_SUSPECTS", "1.1"),
        ("DRIFT_MOST_SUSPECTS", "half"),
        ("METRICS_ADDRESS", "9464"),
        ("METRICS_ADDRESS", "localhost"),
        ("METRICS_ADDRESS", "localhost:70000"),
        ("METRICS_ADDRESS", "localhost:9464/metrics"),
        ("METRICS_ADDRESS", "http://localhost:9464"),
    ],
)
def test_what_can_not_be(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(f"HANDOVER_{variable}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("value", ["0.0.0.0:9464", "localhost:1", "[::1]:9464"])
def test_where_figures_are_served(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HANDOVER_METRICS_ADDRESS", value)
    assert Settings().metrics_address == value
