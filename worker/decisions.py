"""What people may do to a run: answer its question, cancel it, have it forgotten."""

from sqlalchemy import update

from config.settings import settings
from domain import questions as ask
from domain.errors import InvalidRequest
from worker.canvas import canvas_for, publish
from worker.journal import questions, runs, sealing
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import runs as runs_table
from worker.journal.schema import steps
from worker.runtime import journal, milliseconds

_ENDINGS = {
    "stop": "cancelled",
    "reject": "cancelled",
    "not-confirmed": "refused",
}
_LEFT_AS = {ask.NOT_PROVED: "failed", ask.KEEPS_FAILING: "failed", ask.SIGN_IN: "failed"}


def answer(run_id: str, given: str, *, by: str, reason: str) -> None:
    """Answers a run's question and lets what follows happen.

    Raises InvalidRequest for an answer that is not offered, Refused where a second person has to
    answer, and Unavailable when the run could not be published (it goes on by recovery).
    """
    with journal().write() as tx:
        kind = questions.answer(tx, run_id, given, by=by, reason=reason)
        goes_on = _follow(tx, run_id, kind, given, by)
    if goes_on:
        publish(run_id, patient=False)


def cancel(run_id: str, *, by: str, reason: str) -> bool:
    """Cancels a run and tells whether it ended at once.

    Once a write was begun, cancelling becomes a question instead. Raises InvalidRequest when the
    run has ended already.
    """
    with journal().write() as tx:
        run = runs.lock(tx, run_id)
        if run.state == "ended":
            raise InvalidRequest([f"run {run_id} has ended already: {run.result}"])
        append(tx, run_id, "run.cancel-asked", actor=by, data={"reason": reason})
        _withdraw_question(tx, run_id, by)
        if run.writes == 0:
            _fence_off(tx, run_id)
            summary = "Cancelled before anything was written."
            runs.end(tx, run_id, "cancelled", actor=by, reason="cancelled", summary=summary)
            return True
        tx.conn.execute(
            update(runs_table).where(runs_table.c.id == run_id).values(cancel_asked=True)
        )
        if run.lease_until is None or run.lease_until <= tx.now:
            question = ask.half_applied("somebody asked to cancel it.")
            questions.ask(tx, run_id, question, actor=by)
    return False


def forget(run_id: str, *, by: str) -> None:
    """Destroys the personal data of a run that has ended. Raises InvalidRequest otherwise."""
    with journal().write() as tx:
        if runs.lock(tx, run_id).state != "ended":
            raise InvalidRequest([f"run {run_id} has not ended; only ended runs can be forgotten"])
        sealing.forget(tx, run_id, actor=by)
    journal().empty_log()


def _follow(tx: Tx, run_id: str, kind: str, given: str, by: str) -> bool:
    if given in _ENDINGS:
        summary = f"Ended by the answer “{given}” to {kind}."
        runs.end(tx, run_id, _ENDINGS[given], actor=by, reason=kind, summary=summary)
        return False
    if given == ask.LEAVE.id:
        _leave(tx, run_id, kind, by)
        return False
    orphan = milliseconds(settings().orphan_seconds)
    if given == ask.PLAN_ANEW.id:
        runs.send_on(tx, run_id, orphan_milliseconds=orphan, **_plan_anew(tx, run_id, by))
    else:
        runs.send_on(tx, run_id, orphan_milliseconds=orphan)
    return True


def _leave(tx: Tx, run_id: str, kind: str, by: str) -> None:
    run = runs.get(tx, run_id)
    result = _LEFT_AS.get(kind, "cancelled" if run.cancel_asked else "stale")
    summary = "Left as it is by a person's word; see which steps are done and which are not."
    runs.end(tx, run_id, result, actor=by, reason=kind, summary=summary)


def _plan_anew(tx: Tx, run_id: str, by: str) -> dict[str, object]:
    run = runs.get(tx, run_id)
    position = canvas_for(run.workflow, run.canvas_version).planning_position
    tx.conn.execute(
        update(steps)
        .where(steps.c.run_id == run_id, steps.c.position >= position)
        .values(state="waiting", done_at=None)
    )
    append(tx, run_id, "plan.anew", actor=by, data={"round": run.round + 1})
    return {
        "cursor": position,
        "round": run.round + 1,
        "cancel_asked": False,
        "plan_checksum": None,
    }


def _fence_off(tx: Tx, run_id: str) -> None:
    """Makes sure that a worker that is at it right now can record nothing more."""
    tx.conn.execute(
        update(runs_table)
        .where(runs_table.c.id == run_id)
        .values(fence=runs_table.c.fence + 1, lease_owner=None, lease_until=None)
    )


def _withdraw_question(tx: Tx, run_id: str, by: str) -> None:
    if questions.open_question(tx, run_id) is not None:
        questions.withdraw(tx, run_id, by=by)
