"""Scans that beat asks for: twice, too late, while another is on; and jobs that stay away."""

import logging
from typing import Any

import pytest

from config import sentry
from config.settings import settings
from tests.integration.scans.looking import Looks, ends
from worker import missed
from worker.journal import processes, scans
from worker.missed import tell_missed
from worker.scans import registry, scheduled
from worker.scans.opening import cancel
from worker.scans.scheduled import open_scheduled

MINUTE = 60_000
HOUR = 60 * MINUTE
NIGHT = 1_700_015_400_000
"""Half past two in the morning, UTC."""


@pytest.fixture
def told(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What the monitors are told: job, status and work. It is night, and all three are on."""
    found: list[tuple[str, str, str]] = []

    def check_in(job: Any, status: str, work: str, seconds: float | None = None) -> None:
        found.append((job.name, status, work))

    for module in (scheduled, missed):
        monkeypatch.setattr(module, "journal", lambda: looks.journal)
    monkeypatch.setattr(sentry, "check_in", check_in)
    monkeypatch.setenv("HANDOVER_DRIFT_CHANGED_MINUTES", "60")
    settings.cache_clear()
    looks.clock.now = NIGHT
    for kind, lane in {"full": "accounts", "changed": "accounts", "proved": "runs"}.items():
        looks.register(kind, lane, plan=ends)
    return found


def opened(looks: Looks) -> list[tuple[str, str | None]]:
    """The kind and the result of every scan, in the order in which they were opened."""
    with looks.journal.read() as tx:
        rows = scans.newest(tx)
    return [(row.kind, row.result) for row in reversed(rows)]


def slots(looks: Looks, job: str) -> int | None:
    """The last slot that was taken."""
    with looks.journal.read() as tx:
        last = processes.last_slot(tx, job)
    return last.slot if last else None


def test_two_beats_open_one_scan(looks: Looks, told: list[Any]) -> None:
    open_scheduled("full")
    open_scheduled("full")
    looks.drain()
    open_scheduled("full")
    assert opened(looks) == [("full", "clean")]
    (begun, ended) = told
    assert begun[:2] == ("drift-full", "in_progress")
    assert ended == ("drift-full", "ok", begun[2])


def test_the_monitor_hears_of_the_end_when_the_scan_ends(looks: Looks, told: list[Any]) -> None:
    open_scheduled("full")
    assert [status for _, status, _ in told] == ["in_progress"]
    with looks.journal.read() as tx:
        (row,) = scans.unfinished(tx)
    cancel(row.id, "not tonight", "kim")
    assert [status for _, status, _ in told] == ["in_progress", "error"]


def test_a_nightly_scan_waits_for_another_one_and_is_asked_for_again(
    looks: Looks, told: list[Any]
) -> None:
    looks.open("changed")
    open_scheduled("full")
    assert (opened(looks), told) == ([("changed", None)], [])
    looks.drain()
    looks.clock.pass_(10 * MINUTE)
    open_scheduled("full")
    looks.drain()
    assert opened(looks) == [("changed", "clean"), ("full", "clean")]


def test_any_other_scan_is_left_out_while_the_lane_is_taken(looks: Looks, told: list[Any]) -> None:
    looks.open("full")
    open_scheduled("changed")
    assert opened(looks) == [("full", None)]
    assert [(name, status) for name, status, _ in told] == [("drift-changed", "ok")]
    looks.clock.pass_(60 * MINUTE)
    looks.drain()
    open_scheduled("changed")
    assert opened(looks)[-1] == ("changed", None)


def test_what_has_nothing_to_do_is_not_opened(
    looks: Looks, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = registry.Scan("proved", "runs", registry.scan_of("proved").phases, lambda _: False)
    monkeypatch.setitem(registry._registry, "proved", idle)
    open_scheduled("proved")
    assert opened(looks) == []
    assert [(name, status) for name, status, _ in told] == [("drift-proved", "ok")]
    assert slots(looks, "drift-proved") is not None


@pytest.mark.parametrize(("hours", "again"), [(1, True), (19, True), (21, False)])
def test_a_missed_night_is_caught_up_with_the_same_day(
    looks: Looks, told: list[Any], hours: int, again: bool
) -> None:
    open_scheduled("full")
    looks.drain()
    looks.clock.pass_((24 + hours) * HOUR)
    open_scheduled("full")
    assert len(opened(looks)) == 1 + again


def test_a_new_installation_begins_at_its_time_and_not_at_once(
    looks: Looks, told: list[Any]
) -> None:
    looks.clock.pass_(3 * HOUR)
    open_scheduled("full")
    assert opened(looks) == []
    looks.clock.pass_(21 * HOUR)
    open_scheduled("full")
    assert opened(looks) == [("full", None)]


def test_a_missed_job_is_told_once_for_each_gap_and_day(
    looks: Looks, told: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    def news() -> list[str]:
        caplog.clear()
        tell_missed()
        tell_missed()
        return [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]

    assert news() == []
    open_scheduled("full")
    looks.drain()
    looks.clock.pass_(25 * HOUR)
    assert news() == []
    looks.clock.pass_(1)
    assert news() == ["the scheduled job drift-full was missed; is a beat alive?"]
    looks.clock.pass_(HOUR)
    assert news() == []
    looks.clock.pass_(24 * HOUR)
    assert len(news()) == 1
    open_scheduled("full")
    assert news() == []
