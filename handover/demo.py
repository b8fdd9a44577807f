"""`handover demo`: one change of contact, end to end, on parts that it starts and ends itself."""

import os
import shlex
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import click

import handover
from config.settings import settings
from domain.errors import Defect
from domain.masking import mask_email, mask_word
from domain.records import ZuoraContact
from handover.cli.live import show_live
from handover.cli.plan_text import plan_diff
from handover.cli.session import Session
from handover.embedded.supervisor import Options, Stack
from handover.exits import Exit, of_run
from handover.isolation import ending_on_signals, isolate, temporary_folder
from handover.words import counted
from worker.telling.words import state_text

ACCOUNT = "A00000002"  # its new contact's login was never activated, so that every step has work
REQUEST = {
    "workflow": "change-contact",
    "ticket": "4712",
    "account": ACCOUNT,
    "new_contact": {
        "first_name": "Nora",
        "last_name": "Newbold",
        "email": "nora.newbold@copperleaf.example",
    },
    "requester_email": "petra.oldham@copperleaf.example",
    "self_service_ruled_out": "The new contact's login was never activated.",
    "evidence": {
        "kind": "contact-approval",
        "approver_email": "petra.oldham@copperleaf.example",
        "comment": "4412",
    },
}
STARTER, SECOND = "alex", "sam"
SECONDS = 120


def run_demo(session: Session, *, keep: bool) -> int:
    """The whole demonstration; returns the exit code."""
    started = time.monotonic()
    session.on_interrupt = "Everything that the demo had started has ended."
    with ExitStack() as cleanup:
        cleanup.enter_context(ending_on_signals())
        folder = cleanup.enter_context(temporary_folder(keep))
        isolate(folder)
        _title(session, "Starting Redis, the sandbox and a worker in a folder of their own")
        options = Options(drift=False, beat=False, holder="handover demo")
        stack = cleanup.enter_context(Stack(folder, options, say=lambda _: None))
        os.environ.update(stack.env)
        settings.cache_clear()
        value = _show(session)
    value["seconds"] = round(time.monotonic() - started, 1)
    value["folder"] = str(folder) if keep else None
    if session.json:
        session.data(value, "")
    if keep:
        where = shlex.quote(str(folder))
        session.say(f"Kept: HANDOVER_STATE_DIR={where} handover show {session.run}")
    return int(value["exit_code"])


def _show(session: Session) -> dict[str, Any]:
    before = _sold_to()
    _title(session, f"The plan for account {ACCOUNT}, made from both systems; nothing is changed")
    plan = handover.preview(REQUEST)
    if plan["changes"] is None:
        raise Defect(f"The demo's account is not as expected: {plan['question']}", code="demo")
    _tell(session, plan_diff(plan["changes"], plan["notes"]))
    asked = _start(session)
    report = _answer(session, asked)
    proof = _proof(session, before, report)
    audit = handover.verify_audit()
    held = "hold" if audit["holds"] else "DO NOT hold"
    _title(session, f"The audit: {counted(audit['events'], 'event')} of one run {held}")
    good = proof["holds"] and audit["holds"]
    code = of_run(report)
    return {
        "schema": "handover.demo/1",
        "plan": plan["changes"],
        "run": report,
        "proof": proof,
        "audit": audit,
        "exit_code": int(code if code or good else Exit.FAILED),
    }


def _start(session: Session) -> dict[str, Any]:
    _title(session, f"{STARTER} starts it")
    run = handover.start(REQUEST, by=STARTER)
    show_live(session, run.id, SECONDS, err=session.json)
    report = handover.report(run.id)
    session.run = run.id
    if not report["question"]:
        raise Defect(f"Run {run.id} did not ask about its evidence.", code="demo")
    _tell(session, report["question"]["text"])
    return report


def _answer(session: Session, asked: Mapping[str, Any]) -> dict[str, Any]:
    _title(session, f"{SECOND} has looked at the comment, and answers; then it goes on by itself")
    run_id = asked["run"]
    handover.answer(run_id, "confirmed", by=SECOND, reason="saw the approval on the ticket")
    show_live(session, run_id, SECONDS, err=session.json, after=asked["events"])
    report = handover.report(run_id)
    _tell(session, f"{run_id}: {click.style(state_text(report), bold=True)}")
    return report


def _proof(
    session: Session, before: Mapping[str, str], report: Mapping[str, Any]
) -> dict[str, Any]:
    """Asks Zuora once more, past the engine: is the new contact the Sold To?"""
    contact = _read_sold_to()
    after = _masked(contact)
    holds = contact.work_email == REQUEST["new_contact"]["email"]  # type: ignore[index]
    _title(session, "The Sold To, as Zuora says it")
    _tell(session, f"- {_spoken(before)}\n+ {_spoken(after)}")
    return {"before": before, "after": after, "holds": holds and report["result"] == "proved"}


def _sold_to() -> dict[str, str]:
    return _masked(_read_sold_to())


def _read_sold_to() -> ZuoraContact:
    from tasks.clients import zuora  # noqa: PLC0415 - the settings are ready only now

    return zuora().account(ACCOUNT).sold_to


def _masked(contact: ZuoraContact) -> dict[str, str]:
    return {
        "first_name": mask_word(contact.first_name),
        "last_name": mask_word(contact.last_name),
        "email": mask_email(contact.work_email),
    }


def _spoken(contact: Mapping[str, str]) -> str:
    return f"{contact['first_name']} {contact['last_name']} <{contact['email']}>"


def _title(session: Session, text: str) -> None:
    _tell(session, click.style(f"\n{text}", bold=True))


def _tell(session: Session, text: str) -> None:
    """The story goes to stdout; with --json that holds nothing but JSON."""
    click.echo(text, err=session.json)
    sys.stdout.flush()
