"""What waits for people: every open question together with its run."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from worker.journal.database import Tx
from worker.journal.schema import questions, runs


def open_questions(tx: Tx) -> Sequence[Row[Any]]:
    """Every open question, the oldest first, with what one needs to know about its run."""
    about = (
        *(runs.c.workflow, runs.c.ticket, runs.c.account, runs.c.requested_by),
        runs.c.writes,
    )
    query = (
        select(questions, *about)
        .join(runs, runs.c.id == questions.c.run_id)
        .where(questions.c.answered_at.is_(None))
        .order_by(questions.c.asked_at, questions.c.id)
    )
    return tx.conn.execute(query).all()
