"""What people may do to a run: answer its question, cancel it, send it on, have it forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from config.settings import settings
from domain import questions as ask
from domain import questions_typos
from domain.errors import InvalidRequest, Question, Refused
from domain.question_kinds import FOR_A_SECOND_PERSON, by_policy
from domain.questions_handed_over import HANDED_OVER, LEGAL_REFUSES, REPORTED, with_reference
from worker.canvas import canvas_for, publish
from worker.handing_over import write_ready_text
from worker.journal import closing, leases, questions, resting, runs, sealing, writes
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import runs as runs_table
from worker.journal.schema import steps
from worker.runtime import journal, milliseconds

_ENDINGS = {
    "stop": "cancelled",
    "reject": "cancelled",
    LEGAL_REFUSES.id: "refused",
}
_LEFT_AS = {
    ask.NOT_PROVED: "failed",
    ask.KEEPS_FAILING: "failed",
    ask.SIGN_IN: "failed",
    questions_typos.MAIL_NOT_SEEN: "failed",
}
_REFUSING = {ask.EVIDENCE_REFUSED}
"""Kinds whose `stop` ends a run as refused: nobody cancelled it, its evidence does not count."""


def answer(
    run_id: str,
    given: str,
    *,
    by: str,
    reason: str,
    plan: str | None = None,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    """Answers a run's question and lets what follows happen.

    `evidence` goes with the answer `better-evidence`, and only with that. Raises InvalidRequest for
    an answer that is not offered or that names another plan, Refused where a second person has to
    answer or a write is still on its way, Locked where the run held nothing while it waited and
    another one holds it now, and Unavailable when the run could not be published (it goes on by
    recovery).
    """
    with journal().write() as tx:
        _check_evidence(given, evidence)
        kind = questions.answer(tx, run_id, given, by=by, reason=reason, plan=plan)
        if evidence is not None:
            _take(tx, run_id, evidence, by)
        goes_on = _follow(tx, run_id, kind, given, by)
    if goes_on:
        publish(run_id, patient=False)


def answer_what_was_seen(run_id: str, given: str, *, question_id: int, by: str) -> bool:
    """A machine's answer to the very question for which it looked; false if that is settled.

    Raises Locked while another run holds what this one needs; the run then rests on.
    """
    with journal().write() as tx:
        runs.lock(tx, run_id)
        question = questions.open_question(tx, run_id)
        if question is None or question.id != question_id:
            return False
        reason = "both systems were looked at"
        kind = questions.answer(tx, run_id, given, by=by, reason=reason)
        _follow(tx, run_id, kind, given, by)
    publish(run_id, patient=False)
    return True


def cancel(run_id: str, *, by: str, reason: str) -> bool:
    """Cancels a run and tells whether it ended at once.

    Once a write was begun, cancelling becomes a question instead. Raises InvalidRequest when the
    run has ended already.
    """
    with journal().write() as tx:
        run = runs.lock(tx, run_id)
        if run.state == "ended":
            raise InvalidRequest([f"run {run_id} has ended already: {run.result}"])
        commitment = sealing.put(tx, run_id, "cancel-reason", reason, run.round)
        append(tx, run_id, "run.cancel-asked", actor=by, data={"reason": commitment})
        _withdraw_question(tx, run_id, by)
        if run.writes == 0:
            summary = "Cancelled before anything was written."
            runs.end(tx, run_id, "cancelled", actor=by, reason="cancelled", summary=summary)
            return True
        if run.lease_until is None or run.lease_until <= tx.now:
            _ask_about_what_is_written(tx, run_id, by)
        else:  # the step that is at work finds out before its next write
            tx.conn.execute(
                update(runs_table).where(runs_table.c.id == run_id).values(cancel_asked=True)
            )
    return False


@dataclass(frozen=True, slots=True)
class Resumed:
    """What resuming came to. `worked_on_by` holds the run's step until `until` (milliseconds).

    `due_at` is when recovery would have sent the run without us. A run that is neither sent nor
    worked on has ended or waits for an answer.
    """

    sent: bool
    worked_on_by: str | None = None
    until: int | None = None
    due_at: int | None = None


def resume(run_id: str, *, by: str) -> Resumed:
    """Sends what remains of a run at once; one that rests until later becomes due now.

    It never doubles work: the message is a hint, and whoever holds the step keeps it. Raises
    InvalidRequest if there is no such run, and NotSent where only Redis is missing.
    """
    with journal().write() as tx:
        run = runs.lock(tx, run_id)
        if run.state in ("ended", "waiting"):
            return Resumed(sent=False)
        if run.lease_until is not None and run.lease_until > tx.now:
            return Resumed(sent=False, worked_on_by=run.lease_owner, until=run.lease_until)
        tx.conn.execute(
            update(runs_table)
            .where(runs_table.c.id == run_id)
            .values(due_at=tx.now + milliseconds(settings().orphan_seconds), parked=False, feeds=0)
        )
        append(tx, run_id, "run.resumed", actor=by)
    publish(run_id, patient=False)
    return Resumed(sent=True, due_at=run.due_at)


def forget(run_id: str, *, by: str) -> None:
    """Destroys the personal data of a run that has ended. Raises InvalidRequest otherwise."""
    with journal().write() as tx:
        if runs.lock(tx, run_id).state != "ended":
            raise InvalidRequest([f"run {run_id} has not ended; only ended runs can be forgotten"])
        sealing.forget(tx, run_id, actor=by)
    journal().empty_log()


def _follow(tx: Tx, run_id: str, kind: str, given: str, by: str) -> bool:
    if given in HANDED_OVER:
        _hand_over(tx, run_id, given, by)
        return False
    if given in _ENDINGS and runs.get(tx, run_id).writes:
        _ask_about_what_is_written(tx, run_id, by)
        return False
    if given in _ENDINGS or given == ask.LEAVE.id:
        _end(tx, run_id, kind, given, by)
        return False
    resting.wake(tx, run_id, actor=by)
    orphan = milliseconds(settings().orphan_seconds)
    if given in (ask.PLAN_ANEW.id, REPORTED.id):
        runs.send_on(tx, run_id, orphan_milliseconds=orphan, **_plan_anew(tx, run_id, by))
    else:
        runs.send_on(tx, run_id, orphan_milliseconds=orphan)
    return True


def _check_evidence(given: str, evidence: Mapping[str, Any] | None) -> None:
    if given == ask.BETTER.id and evidence is None:
        raise InvalidRequest(["evidence: is missing; `better-evidence` needs --evidence FILE"])
    if given != ask.BETTER.id and evidence is not None:
        raise InvalidRequest(["evidence: belongs to the answer `better-evidence` only"])


def _take(tx: Tx, run_id: str, evidence: Mapping[str, Any], by: str) -> None:
    """Seals better evidence with the answer: the step reads the newest."""
    commitment = sealing.put(tx, run_id, "evidence", dict(evidence), runs.get(tx, run_id).round)
    data = {"kind": evidence["kind"], "evidence": commitment}
    append(tx, run_id, "evidence.given", actor=by, data=data)


def _ending(kind: str, given: str) -> str:
    refused = given == ask.STOP.id and kind in _REFUSING
    return "refused" if refused else _ENDINGS[given]


def _hand_over(tx: Tx, run_id: str, given: str, by: str) -> None:
    run, asked = runs.get(tx, run_id), questions.of_run(tx, run_id)[-1]
    write_ready_text(tx, run_id, given, asked, by=by)
    wait = HANDED_OVER[given](asked.kind, asked.text)
    names = {"account": run.account, "ticket": run.ticket}
    wait = with_reference(wait, kind=asked.kind, subject=asked.subject, **names)
    _ask(tx, run_id, wait, by)


def _ask_about_what_is_written(tx: Tx, run_id: str, by: str) -> None:
    tx.conn.execute(update(runs_table).where(runs_table.c.id == run_id).values(cancel_asked=True))
    _ask(tx, run_id, ask.half_applied("somebody asked to stop it."), by)


def _ask(tx: Tx, run_id: str, question: Question, by: str) -> None:
    """Asks by the rules under which the run's workers asked before, whatever ours are here.

    A second person who is explained neither by the kind nor by our own settings is taken for the
    workers' `two-people`.
    """
    earlier, named = questions.of_run(tx, run_id), settings().second_person
    approval = settings().approval_for(runs.get(tx, run_id).workflow)
    explained = FOR_A_SECOND_PERSON.union(named)
    if any(q.second_person and q.kind not in explained for q in earlier):
        approval = "two-people"
    lifetime = milliseconds(settings().question_seconds)
    if earlier:
        last = earlier[-1]
        lifetime = last.expires_at - last.asked_at if last.expires_at else 0
    asked = by_policy(question, approval, named)
    questions.ask(tx, run_id, asked, actor=by, lifetime=lifetime)


def _end(tx: Tx, run_id: str, kind: str, given: str, by: str) -> None:
    run = runs.get(tx, run_id)
    _refuse_while_a_write_is_under_way(tx, run_id)
    writes.abandon(tx, run_id, actor=by)
    if given in _ENDINGS:
        result, summary = _ending(kind, given), f"Ended by the answer “{given}” to {kind}."
    else:
        given_up = run.cancel_asked or not run.writes
        result = _LEFT_AS.get(kind, "cancelled" if given_up else "stale")
        summary = "Left as it is by a person's word; see which steps are done and which are not."
    runs.end(tx, run_id, result, actor=by, reason=kind, summary=summary)


def _refuse_while_a_write_is_under_way(tx: Tx, run_id: str) -> None:
    """The claims must not be given up while a write of this run may still land."""
    seconds = (leases.open_until(tx, run_id) - tx.now) / 1000
    if seconds > 0:
        raise Refused(
            f"A write of this run may still be on its way. Answer again in {seconds:.0f} s.",
            code="write-under-way",
        )


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


def _withdraw_question(tx: Tx, run_id: str, by: str) -> None:
    if questions.open_question(tx, run_id) is not None:
        closing.withdraw(tx, run_id, by=by)
