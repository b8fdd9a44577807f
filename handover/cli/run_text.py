"""The report on a run, for people: what is done, what is not, and what to do next."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from handover.cli.changes_text import changes_text
from handover.cli.plan_text import plan_diff
from handover.cli.session import marks
from handover.cli.times import clock, moment
from worker.telling.fates import legacy_text
from worker.telling.words import (
    answer_command,
    answered_text,
    expiry_text,
    reader_text,
    reversal_lines,
    second_person_text,
    state_text,
)

Report = Mapping[str, Any]

_COLORS = {"proved": "green", "refused": "red", "stale": "red", "failed": "red"}


def run_text(report: Report, *, with_plan: bool = True) -> str:
    """The whole report. The plan may be left out where it was just shown."""
    parts = [_head(report), _steps(report)]
    if changes := changes_text(report):
        parts.append(changes)
    if report["answered"]:
        parts.append(_answered(report["answered"]))
    if report["plan"] is not None and with_plan:
        checksum = (report["plan_checksum"] or "")[:12]
        parts.append(f"Plan {checksum}\n" + plan_diff(report["plan"], report["notes"]))
    if report["question"]:
        parts.append(question_text(report))
    elif report["next"]:
        parts.append(f"Next: {report['next']}")
    return "\n\n".join(parts)


def question_text(report: Report) -> str:
    """The open question and the exact command for each answer."""
    question = report["question"]
    rule = f" ({question['rule']})" if question["rule"] else ""
    head = f"Question{rule}, asked {moment(question['asked_at'])}{expiry_text(question, moment)}:"
    return "\n".join([head, *question_lines({**report, **question})])


def question_lines(asked: Report) -> list[str]:
    """A question's text and answers. `asked` also has `run`, `requested_by`, `plan_checksum`."""
    lines = [f"  {asked['text']}"]
    if asked["second_person"]:
        lines.append(f"  {second_person_text(asked)}")
    for answer in asked["answers"]:
        second = answer["second_person"] and not asked["second_person"]
        lines.append(f"  {answer['id']}: {answer['meaning']}{' (a second person)' * second}")
        lines.append(click.style(f"      {answer_command(asked, answer['id'])}", bold=True))
    return lines


def messages_text(report: Report) -> str:
    """Which messages were written, for whom, and what shows them."""
    known = dict.fromkeys(
        f"{one['name']} for {reader_text(one['recipient'])}" for one in report["messages"]
    )
    return f"messages written: {', '.join(known)}; `handover messages {report['run']}`"


def ticket_notes_text(notes: Report) -> str:
    """How many notes are on the ticket, which are not yet, and which will never be, and why."""
    known = [f"{notes['posted']} posted"]
    if notes["waiting"]:
        known.append(f"{notes['waiting']} waiting")
    known += [f"event {one['event']} given up ({one['why']})" for one in notes["given_up"]]
    if len(known) > 1 or notes["posted"]:
        return ", ".join(known)
    return "none yet" if notes["configured"] else "none, Zendesk is not configured"


def neglect_text(seconds: int) -> str:
    """That nobody takes a run up, and what to do; `seconds` is for how long."""
    return f"no worker has taken it up for {seconds} s; `handover doctor` looks"


def _head(report: Report) -> str:
    state = click.style(state_text(report), fg=_COLORS.get(report["result"] or ""), bold=True)
    ended = f", ended {moment(report['ended_at'])}" if report["ended_at"] else ""
    lines = [
        f"Run {report['run']}: {state}",
        f"  {report['workflow']} of account {report['account']}, ticket {report['ticket']}",
        f"  started by {report['requested_by']} {moment(report['created_at'])}{ended}",
    ]
    lines += [f"  {line}" for line in reversal_lines(report)]
    if report["summary"] and not report["question"]:
        lines.append(f"  {report['summary']}")
    if legacy := legacy_text(report):
        lines.append(f"  {legacy}")
    if report["unattended_seconds"]:
        lines.append(f"  {neglect_text(report['unattended_seconds'])}")
    if report["messages"]:
        lines.append(f"  {messages_text(report)}")
    lines.append(f"  notes on the ticket: {ticket_notes_text(report['ticket_notes'])}")
    if report["forgotten"]:
        lines.append("  its personal data was destroyed; the history of events is kept")
    return "\n".join(lines)


def _answered(questions: Sequence[Report]) -> str:
    lines = [f"  {answered_text(one)} {moment(one['answered_at'])}" for one in questions]
    return "\n".join(["Questions and answers so far", *lines])


def _steps(report: Report) -> str:
    sign = marks()
    shown = {"done": sign.done, "running": sign.running, "waiting": sign.open}
    if report["state"] in ("ended", "waiting"):
        shown["running"] = sign.failed if report["state"] == "ended" else sign.asks
    lines = ["Steps"]
    for number, step in enumerate(report["steps"], 1):
        at = f"  {clock(step['done_at'])}" if step["done_at"] else ""
        rules = ", ".join(step["rules"])
        note = f": {step['note']}" if step["note"] else ""
        lines.append(f"  {shown[step['state']]} {number}. {step['title']} ({rules}){note}{at}")
    return "\n".join(lines)
