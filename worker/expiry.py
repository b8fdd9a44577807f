"""Questions that nobody answered in time.

Before the first write the run ends and gives its claims free. After it a run never ends by itself:
the claims stay, the report says that an answer is overdue, and whoever watches errors is told once.
"""

import logging

from config.work import working_on
from domain.questions import EVIDENCE_REFUSED
from worker import waits
from worker.journal import closing, questions, runs
from worker.journal.database import Tx
from worker.runtime import journal, owner

log = logging.getLogger(__name__)


def expire_questions() -> None:
    """Settles every open question whose time is over."""
    with journal().read() as tx:
        late = questions.late(tx)
    for run_id in late:
        with journal().write() as tx:
            kind = _expire(tx, run_id)
        if kind:
            with working_on(run_id=run_id):
                log.error("nobody answered %s, and something is written", kind)


def _expire(tx: Tx, run_id: str) -> str | None:
    """Expires a run's question; its kind, where it had to be left open."""
    run = runs.lock(tx, run_id)
    if run_id not in questions.late(tx):  # another worker, or an answer, was a moment earlier
        return None
    if run.writes:
        questions.mark_overdue(tx, run_id, actor=owner())
        return str(run.reason)
    closing.withdraw(tx, run_id, by=owner(), event="question.expired")
    result = "refused" if run.reason == EVIDENCE_REFUSED else "cancelled"
    wait = waits.of_kind(run.reason)
    summary = wait.over if wait else f"Nobody answered {run.reason} in time; nothing was written."
    runs.end(tx, run_id, result, actor=owner(), reason="expired", summary=summary)
    return None
