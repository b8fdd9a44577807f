"""What Billing and Legal need to know when a run is handed over to them, ready to be passed on."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from config.settings import settings
from domain import questions as ask
from domain.messages import Message
from domain.questions_handed_over import for_billing
from worker.journal import messages, runs, sealing
from worker.journal.database import Tx
from worker.journal.events import append
from worker.messages import written
from worker.telling.fates import earlier, fates
from worker.telling.writes import plan_of, writes_of


def write_ready_text(tx: Tx, run_id: str, given: str, question: Row[Any], *, by: str) -> None:
    """Writes the message for whoever has the next word after this answer (S6, V8).

    `HANDED_OVER` knows whether the answer leads to somebody. Raises Refused (`discloses-sold-to`)
    and Unavailable (`template`): then the answer is not recorded either.
    """
    run = runs.get(tx, run_id)
    request = sealing.get(tx, run_id, "request") or {}
    about = {
        "run": run_id, "ticket": run.ticket, "account": run.account, "workflow": run.workflow,
    }  # fmt: skip
    if given == ask.ESCALATE.id:
        name = "legal-escalation"
        newest = sealing.get(tx, run_id, "evidence") or request.get("evidence") or {}
        evidence = newest.get("kind", "")
        about |= {"why": question.text, "evidence": evidence}
    else:
        name = "billing-handover"
        about |= _for_billing(tx, run, question)
    guarded = set(_addresses(request))
    for sealed in ("pinned", "verified-sold-to", "asked-about-sold-to"):
        guarded |= set(_addresses(sealing.get(tx, run_id, sealed)))
    message: Message = written(name, settings(), about, pinned_emails=guarded, recipient_email=None)
    if data := messages.keep(tx, run_id, run.round, message):
        append(tx, run_id, "message.written", actor=by, data=data)


def _for_billing(tx: Tx, run: Row[Any], question: Row[Any]) -> dict[str, Any]:
    plans = {n: plan_of(tx, run.id, n) for n in range(1, run.round + 1)}
    plan = plans[run.round]
    report = {
        "round": run.round,
        "plan": plan.outline() if plan else None,
        "writes": writes_of(tx, run.id, plans),
        "steps": [{"name": s.name, "state": s.state} for s in runs.steps_of(tx, run.id)],
    }
    told = [*(fates(report) if plan else ()), *earlier(report)]
    return {
        "zuora_account_id": plan.zuora_account_id if plan else "see the account number",
        "what": for_billing(question.kind),
        "why": question.text,
        "written": [f"{title}: {fate}" for status, title, fate in told if status == "done"],
        "missing": [f"{title}: {fate}" for status, title, fate in told if status != "done"],
    }


def _addresses(value: Any) -> Iterator[str]:
    """Every address in a request or a snapshot, of whomever: those who read this need none."""
    match value:
        case str():
            yield from (value,) if "@" in value and " " not in value else ()
        case dict():
            for one in value.values():
                yield from _addresses(one)
