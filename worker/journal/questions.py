"""Questions: asked once, answered once, from a closed set, by somebody who may."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from domain.errors import InvalidRequest, Question, Refused, answer_key
from domain.evidence import CONFIRM
from domain.questions import BETTER
from domain.records import same_handle
from worker.journal import runs, sealing
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import questions
from worker.journal.schema import runs as runs_table

SHORTEST_CHECKSUM = 8

# Built once: to build a statement costs more than to run it.
_OF_RUN = select(questions).where(questions.c.run_id == bindparam("run")).order_by(questions.c.id)


def ask(
    tx: Tx,
    run_id: str,
    question: Question,
    *,
    actor: str,
    step: str | None = None,
    lifetime: int = 0,
) -> None:
    """Puts a run to rest behind a question. The caller holds the run's row.

    `lifetime` is the time in milliseconds after which it expires; 0 is never.
    """
    run = runs.lock(tx, run_id)
    offered = [
        {"id": a.id, "meaning": a.meaning, "second_person": a.second_person}
        for a in question.answers
    ]
    tx.conn.execute(
        insert(questions).values(
            run_id=run_id,
            kind=question.kind,
            subject=question.subject or None,
            rule=question.rule,
            round=run.round,
            text=question.text,
            answers=json.dumps(offered),
            second_person=question.second_person,
            plan_checksum=run.plan_checksum,
            asked_at=tx.now,
            expires_at=tx.now + lifetime if lifetime else None,
        )
    )
    tx.conn.execute(
        update(runs_table)
        .where(runs_table.c.id == run_id)
        .values(
            state="waiting",
            reason=question.kind,
            summary=question.text,
            lease_owner=None,
            lease_until=None,
            due_at=None,
            parked=False,
        )
    )
    append(
        tx,
        run_id,
        "question.asked",
        actor=actor,
        step=step,
        data={
            "question": question.kind,
            "subject": question.subject,
            "rule": question.rule,
            "answers": [a["id"] for a in offered],
        },
    )


def open_question(tx: Tx, run_id: str) -> Row[Any] | None:
    """The question a run waits for, if it waits."""
    return tx.conn.execute(
        select(questions).where(questions.c.run_id == run_id, questions.c.answered_at.is_(None))
    ).one_or_none()


def answered(tx: Tx, run_id: str, round_: int) -> dict[str, str]:
    """The answers given in one round: question's key → answer."""
    query = (
        select(questions.c.kind, questions.c.subject, questions.c.answer)
        .where(
            questions.c.run_id == run_id,
            questions.c.round == round_,
            questions.c.answer.is_not(None),
        )
        .order_by(questions.c.id)
    )
    return {answer_key(row.kind, row.subject or ""): row.answer for row in tx.conn.execute(query)}


def of_run(tx: Tx, run_id: str) -> Sequence[Row[Any]]:
    """Every question a run asked, oldest first."""
    return tx.conn.execute(_OF_RUN, {"run": run_id}).all()


def answer(
    tx: Tx, run_id: str, given: str, *, by: str, reason: str, plan: str | None = None
) -> str:
    """Records an answer and returns the kind of question that it settles.

    The reason is sealed: people write names into it. `plan` is the checksum, or its beginning, of
    the plan that the person saw; approving without it is not accepted. Raises InvalidRequest if the
    run waits for nothing, the question has expired, the answer is not offered or the plan is
    another one, and Refused if a second person has to answer and `by` is the one who started the
    run or gave the evidence in question.
    """
    run = runs.lock(tx, run_id)
    question = open_question(tx, run_id)
    if question is None:
        raise InvalidRequest([f"run {run_id} waits for no answer; it is {run.result or run.state}"])
    if not run.writes and question.expires_at is not None and question.expires_at <= tx.now:
        raise InvalidRequest([f"the question of run {run_id} has expired; the run is ending"])
    offered = {a["id"]: a for a in json.loads(question.answers)}
    if given not in offered:
        raise InvalidRequest([f"the answer must be one of: {', '.join(offered)}"])
    _check_plan(question, given, plan)
    by_kind = question.second_person and given not in _SAFE
    if by_kind or offered[given]["second_person"]:
        _refuse_whose_word_it_is_about(tx, run, question, by)
    tx.conn.execute(
        update(questions)
        .where(questions.c.id == question.id)
        .values(answer=given, answered_by=by, answered_at=tx.now)
    )
    append(
        tx,
        run_id,
        "question.answered",
        actor=by,
        data={
            "question": question.kind,
            "answer": given,
            "reason": sealing.put(tx, run_id, f"reason-{question.id}", reason, run.round),
            "plan": question.plan_checksum or "",
        },
    )
    return str(question.kind)


def _refuse_whose_word_it_is_about(tx: Tx, run: Row[Any], question: Row[Any], by: str) -> None:
    """Nobody confirms what they brought themselves. Raises Refused."""
    for handle, did in _brought_by(tx, run, question.kind):
        if same_handle(by, handle):
            raise Refused(
                f"Somebody other than {handle}, who {did}, has to answer this. Nothing is recorded;"
                " `handover questions --for-me` lists it for them.",
                code="second-person",
            )


def no_second_person(tx: Tx, question: Row[Any]) -> list[str]:
    """The handles of those who can't be the second person for a question."""
    brought = _brought_by(tx, runs.get(tx, question.run_id), question.kind)
    return list(dict.fromkeys(handle for handle, _ in brought))


def _brought_by(tx: Tx, run: Row[Any], kind: str) -> list[tuple[str, str]]:
    """Who brought what a question is about, the run or the evidence, and what they did."""
    brought = [(run.requested_by, "started the run")]
    if kind == CONFIRM:
        given = [q.answered_by for q in of_run(tx, run.id) if q.answer == BETTER.id]
        brought += [(handle, "gave the evidence") for handle in given[-1:]]
    return brought


def _check_plan(question: Row[Any], given: str, plan: str | None) -> None:
    if plan is None and given != "approve":
        return
    shown = question.plan_checksum or ""
    if plan is None or len(plan) < SHORTEST_CHECKSUM or not shown.startswith(plan):
        raise InvalidRequest(
            [f"plan: must name the plan that you approve, which is {shown[:12] or 'none'}"]
        )


_SAFE = frozenset(
    {
        *("stop", "reject", "not-confirmed", "leave", "must-be-separate", "hand-over"),
        "better-evidence",
        "look-again",
    }
)
"""Answers by which nothing is decided in favour of the run: whoever started it may give these.

Better evidence is judged like the first, and somebody else confirms what no machine sees of it.
"""


def late(tx: Tx) -> list[str]:
    """The runs whose open question has expired and is not yet known to be overdue."""
    query = select(questions.c.run_id).where(
        questions.c.answered_at.is_(None),
        questions.c.expires_at <= tx.now,
        questions.c.overdue_at.is_(None),
    )
    return list(tx.conn.execute(query).scalars())


def mark_overdue(tx: Tx, run_id: str, *, actor: str) -> None:
    """Records once that a question stays open although its time is over."""
    tx.conn.execute(
        update(questions)
        .where(questions.c.run_id == run_id, questions.c.answered_at.is_(None))
        .values(overdue_at=tx.now)
    )
    append(tx, run_id, "question.overdue", actor=actor)
