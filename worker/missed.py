"""Scheduled jobs that stayed away: every worker's recovery looks, and one of them tells it."""

import logging
import time

from config.schedule import DAY_SECONDS, Job, jobs
from config.settings import settings
from worker.beats import take_slot
from worker.journal import processes
from worker.journal.database import Tx
from worker.runtime import journal, milliseconds

log = logging.getLogger(__name__)
PAUSE_SECONDS = 60.0


class Missed:
    """One process's look at the schedule, now and then."""

    def __init__(self) -> None:
        # A beat that starts together with this process does at once what is overdue.
        self._next = time.monotonic() + PAUSE_SECONDS

    def notice(self) -> None:
        """Looks, unless it just did. Raises Unavailable."""
        if time.monotonic() < self._next:
            return
        tell_missed()
        self._next = time.monotonic() + PAUSE_SECONDS


def tell_missed() -> None:
    """Tells of each job that missed a slot: once for each gap, and again each day that it lasts."""
    with journal().read() as tx:
        late = [job for job in jobs(settings()) if is_overdue(tx, job)]
    for job in late:
        with journal().write() as tx:
            news = _take_telling(tx, job)
        if news:
            log.error("the scheduled job %s was missed; is a beat alive?", job.name)


def is_overdue(tx: Tx, job: Job) -> bool:
    """Whether a job that was done before has missed a slot since."""
    last = processes.last_slot(tx, job.name)
    return last is not None and job.is_overdue(tx.now, last.slot, last.taken_at)


def _take_telling(tx: Tx, job: Job) -> bool:
    last = processes.last_slot(tx, job.name)
    day = milliseconds(DAY_SECONDS)
    gap = max(last.slot if last else 0, tx.now // day * day)
    return take_slot(tx, f"missed {job.name}", gap)
