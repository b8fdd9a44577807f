"""Which runs recovery should send again, and the right to do so.

A parked run has no message by construction: it is sent when it is due. Any other run that is due
may merely have its message waiting in a long queue, so those are sent again only while the queue
is short, and after growing gaps; one that is long overdue is sent all the same.
"""

from collections.abc import Sequence

from sqlalchemy import select, update

from worker.journal.database import Tx
from worker.journal.schema import runs

LONG_OVERDUE = 60
"""In gaps: how late an unparked run must be to be sent although the queue is long."""
LARGEST_GAP = 8


def due(tx: Tx, *, parked: bool, limit: int, late_by: int = 0) -> Sequence[str]:
    """Ids of the runs that are due, the longest waiting first. `late_by` is in milliseconds."""
    query = (
        select(runs.c.id)
        .where(runs.c.due_at <= tx.now - late_by, runs.c.parked.is_(parked))
        .order_by(runs.c.due_at)
        .limit(limit)
    )
    return [row.id for row in tx.conn.execute(query)]


def take(tx: Tx, run_id: str, *, gap: int) -> bool:
    """Takes the right to send one due run: only one of several scanners gets it.

    `gap` is the time in milliseconds after which it may be sent again; it doubles each time.
    """
    # A row that somebody holds is being worked on: nobody waits for it.
    held = select(runs.c.feeds, runs.c.due_at).where(runs.c.id == run_id)
    run = tx.conn.execute(held.with_for_update(skip_locked=True)).one_or_none()
    if run is None or run.due_at is None or run.due_at > tx.now:
        return False
    later = tx.now + gap * min(2**run.feeds, LARGEST_GAP)
    tx.conn.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(due_at=later, parked=False, feeds=run.feeds + 1)
    )
    return True
