"""What follows from the end of a scan, once it is recorded: a hint to others, never state."""

import logging
from typing import Any

from sqlalchemy import Row

from config.schedule import job_of
from config.settings import settings
from worker.journal import scans
from worker.runtime import journal
from worker.scans.registry import scan_of

log = logging.getLogger(__name__)
SCHEDULE = "schedule"
"""Who opened a scan that beat asked for."""


def tell_end(scan_id: str) -> None:
    """Tells whoever wants to know, if the scan has ended. It outlives whatever they meet."""
    with journal().read() as tx:
        row = scans.get(tx, scan_id)
    if row.ended_at is None:
        return
    log.info("the scan ended: %s", row.result)
    if row.opened_by == SCHEDULE:
        _check_out(row)
    try:
        if over := scan_of(row.kind).over:
            over(scan_id)
    except Exception:
        log.exception("what follows from the end of the scan met a defect")


def _check_out(row: Row[Any]) -> None:
    from config.sentry import check_in  # noqa: PLC0415 - see worker.app

    if job := job_of(row.kind, settings()):
        status = "ok" if row.result in ("clean", "drift") else "error"
        check_in(job, status, row.id, (row.ended_at - row.opened_at) / 1000)
