"""What is done on a schedule, and when: beat sends it, the doctor and every worker know it.

A job has time slots. Whoever begins it takes a row for its slot, so that a second beat, or a
message that arrives twice, finds it taken.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery.schedules import crontab

from config.settings import Settings

DAY_SECONDS = 24 * 3600.0
AGAIN_SECONDS = 600.0
"""How often beat asks again for a nightly job: it may have been away, or another scan was on."""


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job: its name in slots and monitors, and the seconds from one to the next.

    A nightly job begins `offset` seconds after midnight, UTC. `kind` is the scan that it opens.
    `grace` is how many seconds late it may begin, `longest` how many minutes it may take.
    """

    name: str
    seconds: float
    offset: float | None = None
    kind: str = ""
    grace: float = 300
    longest: int = 10

    @property
    def nightly(self) -> bool:
        """Whether it has a time of day."""
        return self.offset is not None

    @property
    def time_of_day(self) -> tuple[int, int]:
        """Hour and minute of a nightly job, UTC."""
        return divmod(int(self.offset or 0) // 60, 60)

    def slot(self, now: int) -> int:
        """The start of the slot that a moment lies in; both in milliseconds since the epoch."""
        length, begin = round(self.seconds * 1000), round((self.offset or 0) * 1000)
        return (now - begin) // length * length + begin

    def is_overdue(self, now: int, slot: int, taken_at: int) -> bool:
        """Whether a slot was missed since the last one, which was taken at a time; milliseconds.

        A job without a time of day may come late in one slot and early in the next but one.
        """
        since, more = (slot, self.grace) if self.nightly else (taken_at, max(self.seconds, 300))
        return now - since > round((self.seconds + more) * 1000)


def jobs(settings: Settings) -> tuple[Job, ...]:
    """Every job that these settings want."""
    found = [Job("export-heads", settings.heads_seconds)]
    if settings.drift_at != "none":
        hours, minutes = map(int, settings.drift_at.split(":"))
        offset = 60.0 * (60 * hours + minutes)
        full = Job("drift-full", DAY_SECONDS, offset, "full", grace=3600, longest=12 * 60)
        found.append(full)
    often = {"changed": settings.drift_changed_minutes, "proved": settings.drift_proved_minutes}
    found += [Job(f"drift-{k}", 60.0 * m, kind=k, longest=60) for k, m in often.items() if m]
    return tuple(found)


def job_of(kind: str, settings: Settings) -> Job | None:
    """The job that opens scans of this kind, if these settings want one."""
    return next((job for job in jobs(settings) if job.kind == kind), None)


def beat_schedule(settings: Settings) -> dict[str, Any]:
    """The same as Celery's beat takes it. A message that nobody took in time is of no use."""
    schedule: dict[str, Any] = {}
    for job in jobs(settings):
        schedule[job.name] = _entry(job, _rhythm(job), job.seconds)
        if job.nightly:
            again = timedelta(seconds=AGAIN_SECONDS)
            schedule[f"{job.name}-again"] = _entry(job, again, AGAIN_SECONDS)
    return schedule


def _entry(job: Job, rhythm: object, expires: float) -> dict[str, Any]:
    task = {"task": "handover.beat.open_scan", "args": (job.kind,)} if job.kind else {}
    return {
        "task": "handover.beat.export_heads",
        **task,
        "schedule": rhythm,
        "options": {"expires": min(expires, 3600.0)},
    }


def _rhythm(job: Job) -> object:
    if job.offset is None:
        return timedelta(seconds=job.seconds)
    hour, minute = job.time_of_day
    return crontab(hour=hour, minute=minute)
