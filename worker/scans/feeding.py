"""Sending for the pieces of scans: bounded, again after growing gaps, and never before the commit.

A message says that a piece may be worked on. Only so many are under way, and only while the queue
of scans is short; whoever finishes a piece sends for the next, and any worker's recovery for what
was lost.
"""

import logging
from collections.abc import Sequence

from celery import current_app, group
from kombu.exceptions import OperationalError

from config.settings import settings
from domain.errors import Unavailable
from worker.broker import queue_length
from worker.journal import pieces
from worker.journal.pieces import Place
from worker.runtime import journal, milliseconds

log = logging.getLogger(__name__)
TASK = "handover.drift.work"


def feed_scans() -> int:
    """Sends for what is due in any scan; returns for how many pieces. Raises Unavailable."""
    with journal().read() as tx:
        waiting = pieces.due(tx)
    return sum(_feed(scan_id) for scan_id in waiting)


def feed(scan_id: str) -> bool:
    """Sends for the next pieces of one scan; false where Redis can't be reached.

    Nothing is lost then: recovery sends for them later.
    """
    try:
        _feed(scan_id)
    except Unavailable as error:
        log.warning("the next pieces wait: %s", error)
        return False
    return True


def _feed(scan_id: str) -> int:
    current = settings()
    waiting = queue_length(current.drift_queue)
    with journal().read() as tx:
        room = current.drift_feed - waiting - pieces.held(tx, scan_id)
    if room <= 0:  # as a rule, while a scan is on: then nobody else has to wait for the journal
        return 0
    gap = milliseconds(current.orphan_seconds)
    with journal().write() as tx:
        taken = pieces.take(tx, scan_id, limit=room, gap=gap)
    if taken:
        _publish(taken)
    return len(taken)


def _publish(places: Sequence[Place]) -> None:
    try:
        group(
            current_app.signature(TASK, args=place, immutable=True) for place in places
        ).apply_async(retry=False)
    except (OperationalError, OSError) as error:
        raise Unavailable(f"Redis can't be reached ({type(error).__name__}).") from None
