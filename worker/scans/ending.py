"""What follows from the end of a scan, once it is recorded: a hint to others, never state."""

import logging

from worker.journal import scans
from worker.runtime import journal
from worker.scans.registry import scan_of

log = logging.getLogger(__name__)


def tell_end(scan_id: str) -> None:
    """Tells whoever wants to know, if the scan has ended. It outlives whatever they meet."""
    with journal().read() as tx:
        row = scans.get(tx, scan_id)
    if row.ended_at is None:
        return
    log.info("the scan ended: %s", row.result)
    try:
        if over := scan_of(row.kind).over:
            over(scan_id)
    except Exception:
        log.exception("what follows from the end of the scan met a defect")
