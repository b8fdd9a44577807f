"""Runs that should go on and that no worker takes up, for people who look: nothing hangs on it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from worker import presence
from worker.journal import processes
from worker.journal.database import Tx
from worker.journal.schema import events
from worker.journal.schema import runs as runs_table
from worker.runtime import milliseconds

PATIENCE_SECONDS = 10.0
"""Recovery comes round once in a while, and a worker that starts needs a moment."""


def unattended(tx: Tx, found: Iterable[Row[Any]]) -> dict[str, int]:
    """For how many seconds nothing has happened to those runs that nobody takes up.

    That is a run that recovery should have sent on a while ago, or any that is neither waiting nor
    ended while no worker is alive. All others are left out.
    """
    line = tx.now - milliseconds(presence.silent_after())
    alive = any(row.kind == "worker" and row.seen_at >= line for row in processes.known(tx))
    late = tx.now - milliseconds(PATIENCE_SECONDS)
    due = [r for r in found if r.due_at is not None and r.state != "waiting"]
    left = [r.id for r in due if not alive or r.due_at < late]
    since = _moved_at(tx, left) if left else {}
    return {run_id: (tx.now - at) // 1000 for run_id, at in since.items() if at < late}


def _moved_at(tx: Tx, run_ids: list[str]) -> dict[str, int]:
    query = (
        select(events.c.run_id, events.c.at)
        .join(runs_table, runs_table.c.id == events.c.run_id)
        .where(runs_table.c.id.in_(run_ids), events.c.n == runs_table.c.head_n)
    )
    return {row.run_id: row.at for row in tx.conn.execute(query)}
