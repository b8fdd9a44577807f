"""What a failed step does to its run: decided by the error's type, recorded in one transaction."""

import logging

from config.settings import Settings, settings
from domain import questions
from domain.errors import (
    Defect,
    HandoverError,
    Locked,
    NeedsPerson,
    OutcomeUnknown,
    Question,
    Refused,
    SignInExpired,
    Stale,
    Transient,
    Unavailable,
)
from domain.question_kinds import by_policy
from worker import waits
from worker.journal import leases, resting, runs, writes
from worker.journal.database import Tx
from worker.journal.leases import Lease
from worker.journal.questions import of_run as asked_of
from worker.runtime import journal, milliseconds

log = logging.getLogger(__name__)
LONGEST_PAUSE = 300.0


class Later(Exception):
    """Nothing is wrong, it is only too early. `until` is in the journal's milliseconds."""

    def __init__(self, until: int, why: str) -> None:
        super().__init__(why)
        self.until = until


def settle(title: str, lease: Lease, error: Exception) -> None:
    """Records what becomes of the run. Raises LeaseLost if the step has passed to another."""
    log.log(_level(error), _say(error), exc_info=error if _is_defect(error) else None)
    with journal().write() as tx:
        leases.check(tx, lease)
        match error:
            case Later():
                leases.park(tx, lease, until=error.until, why=str(error), counts=False)
            case NeedsPerson():
                _ask(tx, lease, error.question)
            case SignInExpired():
                _ask(tx, lease, questions.sign_in(str(error)))
            case OutcomeUnknown() | Transient() | Unavailable():
                _try_again(tx, title, lease, error)
            case _:
                _stop(tx, lease, error)


NOT_TRIED = ("held-off", "signing-in")
"""Codes of waits before anything was sent: they are no failed tries."""


def _try_again(tx: Tx, title: str, lease: Lease, error: HandoverError) -> None:
    if error.code in NOT_TRIED:
        until = tx.now + milliseconds(_pause(lease.attempt, error, settings()))
        leases.park(tx, lease, until=until, why=error.code, counts=False)
        return
    if lease.attempt >= settings().max_attempts:
        _ask(tx, lease, questions.keeps_failing(f"{title}: {error}"))
        return
    until = tx.now + milliseconds(_pause(lease.attempt, error, settings()))
    if isinstance(error, OutcomeUnknown):
        # Nobody may judge before the call's own time limit: until then it may still land.
        tries = [w.deadline_at for w in writes.of_run(tx, lease.run_id) if w.outcome is None]
        until = max([until, *tries])
    leases.park(tx, lease, until=until, why=error.code, counts=True)


def _pause(attempt: int, error: HandoverError, current: Settings) -> float:
    asked = error.delay if isinstance(error, Transient) else None
    if asked is not None:
        return asked
    return min(current.retry_seconds * 2.0 ** (attempt - 1), LONGEST_PAUSE)


def _stop(tx: Tx, lease: Lease, error: Exception) -> None:
    """Before the first write a run ends; after it, a person decides about what is half done."""
    why = _say(error)
    if runs.get(tx, lease.run_id).writes:
        _ask(tx, lease, questions.half_applied(why))
        return
    result, reason = _ending(error)
    leases.end(tx, lease, result, reason=reason, summary=why)


def _ask(tx: Tx, lease: Lease, question: Question) -> None:
    approval = settings().approval_for(runs.get(tx, lease.run_id).workflow)
    question = by_policy(question, approval, settings().second_person)
    if wait := waits.of_kind(question.kind):
        _rest(tx, lease, question, wait)
        return
    lifetime = milliseconds(settings().question_seconds)
    leases.wait(tx, lease, question, lifetime=lifetime)


def _rest(tx: Tx, lease: Lease, question: Question, wait: waits.Wait) -> None:
    """Somebody outside acts: nothing is held meanwhile, and the time counts from the first wait."""
    asked = [q.asked_at for q in asked_of(tx, lease.run_id) if waits.of_kind(q.kind)]
    lifetime = milliseconds(wait.lifetime(settings()))
    left = max(1, min(asked, default=tx.now) + lifetime - tx.now) if lifetime else 0
    leases.wait(tx, lease, question, lifetime=left)
    look_at = tx.now + milliseconds(wait.every(settings()))
    resting.rest(tx, lease.run_id, actor=lease.owner, look_at=look_at)


def _ending(error: Exception) -> tuple[str, str]:
    match error:
        case Stale():
            return "stale", error.code
        case Locked():
            return "refused", "locked"
        case Refused():
            return "refused", error.code
        case HandoverError():
            return "failed", error.code
        case _:
            return "failed", "defect"


def _say(error: Exception) -> str:
    if isinstance(error, HandoverError | Later):
        return str(error)
    # Text that we did not write may quote personal data.
    return f"An unexpected {type(error).__name__}; the worker's log names the place."


def _is_defect(error: Exception) -> bool:
    """Whether somebody has to mend the program: then its place is told, and it is reported."""
    return isinstance(error, Defect) or not isinstance(error, HandoverError | Later)


def _level(error: Exception) -> int:
    if isinstance(error, Later | NeedsPerson):
        return logging.INFO
    return logging.ERROR if _is_defect(error) else logging.WARNING
