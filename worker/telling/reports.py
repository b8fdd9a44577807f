"""The report on a run: what is done, what is not, and what is asked. Always masked."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from worker.canvas import canvas_for
from worker.journal import events, questions, reversals, runs, sealing
from worker.journal.database import Tx
from worker.telling.asked import question_parts
from worker.telling.writes import plan_of, writes_of


def describe(tx: Tx, run_id: str) -> dict[str, Any]:
    """The report on one run. Raises InvalidRequest if there is none of that id."""
    run = runs.get(tx, run_id)
    history = list(events.of_run(tx, run_id))
    plans = {number: plan_of(tx, run_id, number) for number in range(1, run.round + 1)}
    plan = plans[run.round]
    return {
        "run": run.id,
        "workflow": run.workflow,
        "ticket": run.ticket,
        "account": run.account,
        "requested_by": run.requested_by,
        "state": run.state,
        "result": run.result,
        "reason": run.reason,
        "summary": run.summary,
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "round": run.round,
        "events": run.head_n,
        **reversals.named_in(history),
        "steps": _steps(tx, run, history),
        "plan": plan.outline() if plan else None,
        "plan_checksum": run.plan_checksum,
        "notes": list(plan.notes) if plan else [],
        "expectations": [e.title for e in plan.expectations] if plan else [],
        "question": _question(tx, run_id),
        "answered": _answered(tx, run_id),
        "writes": writes_of(tx, run_id, plans),
        "messages": [_message(event) for event in history if event["kind"] == "message.written"],
        "forgotten": sealing.key_of(tx, run_id) is None,
    }


def _steps(tx: Tx, run: Row[Any], history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    # Of a step that was done in several rounds the last time counts.
    notes = {
        event["step"]: event["data"].get("note", "")
        for event in history
        if event["kind"] == "step.done"
    }
    known = {s.name: s for s in canvas_for(run.workflow, run.canvas_version).steps}
    return [
        {
            "name": row.name,
            "title": known[row.name].title,
            "rules": list(known[row.name].rules),
            "state": row.state,
            "note": notes.get(row.name, "") if row.state == "done" else "",
            "claims": row.claims,
            "started_at": row.started_at,
            "done_at": row.done_at,
        }
        for row in runs.steps_of(tx, run.id)
    ]


def _message(event: Mapping[str, Any]) -> dict[str, Any]:
    """That a message was written, and for whom; what it says is sealed."""
    about = {"name": event["data"]["message"], "recipient": event["data"]["recipient"]}
    return {**about, "written_at": event["at"]}


def _question(tx: Tx, run_id: str) -> dict[str, Any] | None:
    row = questions.open_question(tx, run_id)
    if row is None:
        return None
    return question_parts(tx, row)


def _answered(tx: Tx, run_id: str) -> list[dict[str, Any]]:
    """Questions that are closed, oldest first. The reasons that were given stay sealed."""
    return [
        {
            "kind": row.kind,
            "rule": row.rule,
            "round": row.round,
            "text": row.text,
            # Empty where something else decided, such as a cancellation.
            "answer": row.answer,
            "answered_by": row.answered_by,
            "answered_at": row.answered_at,
        }
        for row in questions.of_run(tx, run_id)
        if row.answered_at is not None
    ]
