"""The task that looks for a run that rests: has somebody outside done what it waits for?

It takes no lease and holds no claim while it reads. What it saw counts only if the question is
still open then: an answer, an end or another run that took the place decides otherwise. Whatever
goes wrong, the next look comes at its time.
"""

import logging

from celery import shared_task

from config.settings import settings
from config.work import working_on
from domain.errors import HandoverError, Locked
from worker import waits
from worker.decisions import answer_what_was_seen
from worker.journal import questions, resting, runs, standing
from worker.runtime import journal, milliseconds, owner
from worker.trips import AFTER_CLAIM, AFTER_REPLY, trip
from worker.waits import Resting, Wait

log = logging.getLogger(__name__)
LOOK = "look"


@shared_task(name="handover.look", max_retries=0)  # type: ignore[untyped-decorator]
def look(run_id: str) -> None:
    """Looks for a resting run once, if it is time; several messages make one look."""
    with working_on(run_id=run_id, step=LOOK):
        try:
            _look(run_id)
        except Locked as error:
            log.info("seen, but it can't go on yet: %s", error)
        except HandoverError as error:
            log.warning("the look failed: %s", error)
        except Exception:
            log.exception("the look met a defect")


def _look(run_id: str) -> None:
    taken = _take(run_id)
    if taken is None:
        return
    wait, question_id = taken
    trip(LOOK, AFTER_CLAIM)
    with journal().read() as tx:
        resting_run = Resting(run_id, standing.read(tx, run_id))
    try:
        seen = wait.look(resting_run)
        trip(LOOK, AFTER_REPLY)
        if seen is None:
            log.info("there is nothing to be seen yet")
        elif answer_what_was_seen(run_id, seen, question_id=question_id, by=owner()):
            log.info("seen")
        else:
            log.info("seen too late: something else has decided")
    finally:
        _look_again(run_id, wait, question_id)


def _take(run_id: str) -> tuple[Wait, int] | None:
    """The wait and its question, if it is time to look and nobody else does."""
    with journal().write() as tx:
        runs.lock(tx, run_id)
        question = questions.open_question(tx, run_id)
        wait = waits.of_kind(question.kind) if question else None
        if question is None or wait is None:
            return None
        # A worker that vanishes while it looks is followed by another after this.
        until = tx.now + milliseconds(settings().lease_seconds)
        return (wait, question.id) if resting.take_look(tx, run_id, until) else None


def _look_again(run_id: str, wait: Wait, question_id: int) -> None:
    """Sets the time of the next look, if the same question is still open."""
    with journal().write() as tx:
        runs.lock(tx, run_id)
        question = questions.open_question(tx, run_id)
        if question is not None and question.id == question_id:
            resting.look_again(tx, run_id, tx.now + milliseconds(wait.every(settings())))
