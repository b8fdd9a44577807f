"""What a note on a ticket says: one event of a run, in Markdown, masked, with where to look it up.

Only agents read it. It is made when it is posted, so that nothing of it has to be kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from domain.plan import Plan
from domain.questions_handed_over import WITH_BILLING, WITH_LEGAL
from domain.questions_self_service import THE_CUSTOMERS_TURN
from worker.journal import events, messages, questions, sealing
from worker.journal.database import Tx
from worker.journal.schema import sealed
from worker.telling import reports
from worker.telling.asked import question_parts
from worker.telling.fates import legacy_text
from worker.telling.markdown import (
    code,
    escaped,
    listed,
    plan_markdown,
    question_markdown,
    written_markdown,
)
from worker.telling.words import answered_text, reader_text, state_text

_ASKED = {
    WITH_BILLING: "handed over to Billing",
    WITH_LEGAL: "handed over to Legal",
    **dict.fromkeys(THE_CUSTOMERS_TURN, "waits for the customer"),
}
_GONE = "The personal data of this run was destroyed, and this with it."


@dataclass(frozen=True, slots=True)
class TicketNote:
    """A note, the ticket that it belongs on, and the word by which it is found there again."""

    ticket: str
    body: str
    marker: str


def compose(tx: Tx, run_id: str, number: int) -> TicketNote:
    """The note about one event of a run."""
    report = reports.describe(tx, run_id)
    event = next(events.of_run(tx, run_id, after=number - 1))
    heading, *parts = _KINDS[event["kind"]](tx, report, event)
    title = f"**Handover, {report['workflow']} of account {report['account']}: {heading}**"
    marker = f"handover:{run_id}:{number}"
    proof = (
        f"Run {code(run_id)}, event {number} of its history, hash {code(event['hash'][:16])}."
        f" `handover show {run_id}` says how it stands now. {marker}"
    )
    return TicketNote(report["ticket"], "\n\n".join([title, *parts, proof]), marker)


Parts = Iterator[str]
Report = Mapping[str, Any]
Event = Mapping[str, Any]


def _accepted(_tx: Tx, report: Report, _event: Event) -> Parts:
    yield "accepted"
    yield f"Started by {escaped(report['requested_by'])}. Nothing is changed before it is planned."


def _planned(tx: Tx, report: Report, event: Event) -> Parts:
    checksum = event["data"]["checksum"]
    yield f"planned, checksum {code(checksum[:12])}"
    plan = _plan_of(tx, report["run"], checksum)
    if plan is None:
        yield _GONE
        return
    told = {
        "changes": plan.outline(),
        "expectations": [e.title for e in plan.expectations],
        "notes": plan.notes,
    }
    yield plan_markdown(told)


def _plan_of(tx: Tx, run_id: str, checksum: str) -> Plan | None:
    """The very plan that an event names; a later one may have taken its place."""
    run_key = sealing.key_of(tx, run_id)
    if run_key is None:
        return None
    query = select(sealed.c.ciphertext).where(sealed.c.run_id == run_id, sealed.c.name == "plan")
    stored = tx.conn.execute(query.order_by(sealed.c.id.desc())).scalars()
    plans = (Plan.model_validate(run_key.unseal(one)) for one in stored)
    return next((plan for plan in plans if plan.checksum(run_key.salt) == checksum), None)


def _asked(tx: Tx, report: Report, event: Event) -> Parts:
    before = [e for e in events.of_run(tx, report["run"]) if e["n"] < event["n"]]
    asked = sum(e["kind"] == "question.asked" for e in before)
    row = questions.of_run(tx, report["run"])[asked]
    yield _ASKED.get(row.kind, "waits for a person")
    about = {name: report[name] for name in ("run", "requested_by")}
    yield question_markdown(
        {**about, **question_parts(tx, row), "plan_checksum": row.plan_checksum or ""}
    )
    if row.answered_at is not None:
        yield escaped(f"It is settled already. {answered_text(row._mapping)}.")


def _message(tx: Tx, report: Report, event: Event) -> Parts:
    name, reader = event["data"]["message"], event["data"]["recipient"]
    yield f"message {code(name)} for {reader_text(reader)}"
    found = [
        m for m in messages.of_run(tx, report["run"]) if m.commitment == event["data"]["value"]
    ]
    if not found:
        yield _GONE
        return
    yield f"Handover sends nothing: copy it from here, or from `handover messages {report['run']}`."
    yield f"---\n\n{found[0].message.text.strip()}\n\n---"


def _ended(_tx: Tx, report: Report, _event: Event) -> Parts:
    yield state_text(report)
    if report["summary"]:
        yield escaped(report["summary"])
    if legacy := legacy_text(report):
        yield escaped(legacy)
    if report["result"] == "proved" and report["expectations"]:
        yield listed("Proved at the end", report["expectations"])
    yield from written_markdown(report)


_KINDS = {
    "run.requested": _accepted,
    "plan.made": _planned,
    "question.asked": _asked,
    "message.written": _message,
    "run.ended": _ended,
}
