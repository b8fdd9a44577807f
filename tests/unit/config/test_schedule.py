"""What beat sends, and when a job has been missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from celery.schedules import crontab

from config.schedule import Job, beat_schedule, job_of, jobs
from config.settings import Settings

HOUR = 3600 * 1000


def settings_with(**values: Any) -> Settings:
    """Settings of these values alone."""
    return Settings(_env_file=None, **values)


def at(text: str) -> int:
    """A moment in milliseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_what_beat_sends_by_default() -> None:
    schedule = beat_schedule(settings_with())
    assert {name: entry["schedule"] for name, entry in schedule.items()} == {
        "export-heads": timedelta(hours=1),
        "drift-full": crontab(hour=2, minute=30),
        "drift-full-again": timedelta(minutes=10),
        "drift-proved": timedelta(minutes=15),
    }
    assert {name: (e["task"], e.get("args")) for name, e in schedule.items()} == {
        "export-heads": ("handover.beat.export_heads", None),
        "drift-full": ("handover.beat.open_scan", ("full",)),
        "drift-full-again": ("handover.beat.open_scan", ("full",)),
        "drift-proved": ("handover.beat.open_scan", ("proved",)),
    }
    expiry = [entry["options"]["expires"] for entry in schedule.values()]
    assert expiry == [3600, 3600, 600, 900]


def test_what_is_switched_off_is_not_sent() -> None:
    off = settings_with(drift_at="none", drift_proved_minutes=0)
    assert set(beat_schedule(off)) == {"export-heads"}
    on = settings_with(drift_at="23:05", drift_changed_minutes=1440)
    assert [job.name for job in jobs(on)] == [
        *("export-heads", "drift-full", "drift-changed", "drift-proved"),
    ]
    assert [job.nightly for job in jobs(on)] == [False, True, False, False]
    assert job_of("changed", on) is not None
    assert job_of("changed", off) is None


def test_the_slots_of_a_nightly_job_begin_at_its_time_of_day() -> None:
    job = job_of("full", settings_with(drift_at="02:30"))
    assert job is not None
    assert job.slot(at("2026-11-23T02:30:00")) == at("2026-11-23T02:30:00")
    assert job.slot(at("2026-11-23T02:29:59")) == at("2026-11-22T02:30:00")
    assert job.slot(at("2026-11-24T00:00:00")) == at("2026-11-23T02:30:00")


@pytest.mark.parametrize(
    ("job", "taken_after", "overdue_after"),
    [(Job("a", 24 * 3600, 0, "full", grace=3600), 0, 25 * HOUR),
     (Job("a", 24 * 3600, 0, "full", grace=3600), 9 * HOUR, 25 * HOUR),
     (Job("b", 900), 60_000, 60_000 + HOUR // 2),
     (Job("c", 60), 0, 360_000)],
)  # fmt: skip
def test_a_slot_was_missed_once_its_time_and_the_grace_are_over(
    job: Job, taken_after: int, overdue_after: int
) -> None:
    """A nightly job counts from its time of day, however late it was caught up with."""
    slot = job.slot(at("2026-11-23T00:00:00"))
    assert not job.is_overdue(slot + overdue_after, slot, slot + taken_after)
    assert job.is_overdue(slot + overdue_after + 1, slot, slot + taken_after)
