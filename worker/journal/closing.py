"""Closing a question that nobody will answer any more."""

from sqlalchemy import update

from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import questions


def withdraw(tx: Tx, run_id: str, *, by: str, event: str = "question.withdrawn") -> None:
    """Closes an open question without an answer, because something else decides now."""
    tx.conn.execute(
        update(questions)
        .where(questions.c.run_id == run_id, questions.c.answered_at.is_(None))
        .values(answer=None, answered_by=by, answered_at=tx.now)
    )
    append(tx, run_id, event, actor=by)
