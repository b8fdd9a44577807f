"""What is counted of runs, questions and scheduled jobs: cheap, however long history is."""

from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from worker.journal.database import Tx
from worker.journal.schema import questions, runs, slots


def unfinished_runs(tx: Tx) -> dict[str, int]:
    """How many runs there are in each state, without those that have ended."""
    # No result, and not no end: so that the index on it serves.
    query = select(runs.c.state, func.count()).where(runs.c.result.is_(None))
    found = tx.conn.execute(query.group_by(runs.c.state)).all()
    return {str(state): int(count) for state, count in found}


def ended_runs(tx: Tx) -> dict[tuple[str, str], int]:
    """How many runs have ended, by workflow and result."""
    query = (
        select(runs.c.workflow, runs.c.result, func.count())
        .where(runs.c.result.is_not(None))
        .group_by(runs.c.result, runs.c.workflow)
    )
    return {(workflow, result): count for workflow, result, count in tx.conn.execute(query)}


def open_questions(tx: Tx) -> list[Row[Any]]:
    """The open questions: `kind`, how many (`asked`), the `oldest`, and how many are `overdue`."""
    late = or_(questions.c.expires_at <= tx.now, questions.c.overdue_at.is_not(None))
    query = (
        select(
            questions.c.kind,
            func.count().label("asked"),
            func.min(questions.c.asked_at).label("oldest"),
            func.count().filter(late).label("overdue"),
        )
        .where(questions.c.answered_at.is_(None))
        .group_by(questions.c.kind)
    )
    return list(tx.conn.execute(query))


def last_slots(tx: Tx) -> dict[str, int]:
    """The start of the newest time slot that each scheduled job has taken."""
    found: dict[str, int] = {}
    job = ""
    # From job to job through the primary key: old slots are not read.
    while job := tx.conn.execute(_NEXT_JOB, {"job": job}).scalar_one() or "":
        found[job] = tx.conn.execute(_NEWEST, {"job": job}).scalar_one()
    return found


_NEXT_JOB = select(func.min(slots.c.job)).where(slots.c.job > bindparam("job"))
_NEWEST = select(func.max(slots.c.slot)).where(slots.c.job == bindparam("job"))
