"""What beat asks for: scans at their time. Safe to be asked twice, too late, or while one is on."""

import logging

from celery import shared_task

from config.schedule import Job, job_of
from config.settings import settings
from domain.errors import HandoverError, Locked
from worker.beats import take_slot
from worker.journal import processes
from worker.journal.database import Tx
from worker.runtime import journal, milliseconds
from worker.scans.ending import SCHEDULE
from worker.scans.feeding import feed
from worker.scans.opening import Opened, open_in
from worker.scans.registry import scan_of

log = logging.getLogger(__name__)

IN_TIME_SECONDS = 600.0
"""A nightly scan that begins later than this after its time is caught up with."""
CATCH_UP_SECONDS = 20 * 3600.0
"""Until when it is: after that the next night's is near."""


@shared_task(name="handover.beat.open_scan")  # type: ignore[untyped-decorator]
def open_scheduled(kind: str) -> None:
    """Opens a scan, if it is time and nobody did. One that is on already is no error."""
    job = job_of(kind, settings())
    if job is None:  # a beat that was started with other settings
        return
    try:
        _open(job)
    except Locked as error:
        # The slot is not taken: beat asks again, and the other scan may be over then.
        log.warning("the nightly scan has to wait: %s", error)
    except HandoverError as error:
        log.warning("the scan could not be opened: %s", error)
    except Exception:
        log.exception("opening the scan met a defect")


def _open(job: Job) -> None:
    from config.sentry import check_in  # noqa: PLC0415 - see worker.app

    with journal().write() as tx:
        slot = job.slot(tx.now)
        if not (_is_time(tx, job, slot) and take_slot(tx, job.name, slot)):
            return
        opened = _opened(tx, job)
    if opened is None:
        check_in(job, "ok", f"slot {slot}")
        return
    check_in(job, "in_progress", opened.id)
    feed(opened.id)


def _is_time(tx: Tx, job: Job, slot: int) -> bool:
    """A nightly job that was never done before is not caught up with: it begins at its time."""
    late = tx.now - slot
    if not job.nightly or late <= milliseconds(IN_TIME_SECONDS):
        return True
    known = processes.last_slot(tx, job.name) is not None
    return known and late <= milliseconds(CATCH_UP_SECONDS)


def _opened(tx: Tx, job: Job) -> Opened | None:
    """The scan, or None where there is nothing to do or it is done already."""
    wanted = scan_of(job.kind).wanted
    if wanted and not wanted(tx):
        return None
    try:
        opened = open_in(tx, job.kind, SCHEDULE)
    except Locked as error:
        if job.nightly:
            raise
        log.info("left out: %s", error)
        return None
    if not opened.new:
        log.warning("left out: scan %s has not ended", opened.id)
        return None
    return opened
