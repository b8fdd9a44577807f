"""An exported history as Markdown, for people who will never see a journal."""

import json
from collections.abc import Mapping
from typing import Any

from handover.words import counted
from worker.telling.markdown import code, escaped, run_markdown, table
from worker.telling.words import moment_utc

_ASKED = ("question", "rule", "asked (UTC)", "answer", "by", "answered (UTC)")
_WRITTEN = ("write", "what", "outcome", "time (UTC)")
_EVENTS = ("#", "time (UTC)", "who", "what", "details", "hash")


def audit_markdown(document: Mapping[str, Any]) -> str:
    """The whole document: what was verified, then each run with its questions and its events."""
    verdict = document["verification"]
    asked = document["asked"]
    subject = f"run {asked['run']}" if asked["run"] else f"ticket {asked['ticket']}"
    held = "all chains hold" if verdict["holds"] else "**the chains do not hold**"
    parts = [
        f"# History of {subject}",
        f"Exported {moment_utc(document['exported_at'])} UTC by {escaped(document['exported_by'])}"
        f" with Handover {document['version']}. {counted(verdict['events'], 'event')} of"
        f" {counted(verdict['runs'], 'run')}: {held}. Names and addresses are masked.",
        *(f"- {escaped(problem)}" for problem in verdict["problems"]),
        *(_run(run) for run in document["runs"]),
        f"Digest of the JSON form: {code(document['digest'])}",
    ]
    return "\n\n".join(parts) + "\n"


def _run(run: Mapping[str, Any]) -> str:
    parts = [run_markdown(run["report"], with_answers=False)]
    if run["questions"]:
        parts += ["### Questions and answers", table(_ASKED, map(_asked, run["questions"]))]
    if run["report"]["writes"]:
        parts += ["### Writes", table(_WRITTEN, map(_written, run["report"]["writes"]))]
    parts += ["### Events", table(_EVENTS, map(_event, run["events"]))]
    return "\n\n".join(parts)


def _asked(question: Mapping[str, Any]) -> tuple[str, ...]:
    answered = question["answered_at"]
    return (
        code(question["kind"]),
        question["rule"],
        moment_utc(question["asked_at"]),
        question["answer"] or ("withdrawn" if answered else "open"),
        escaped(question["answered_by"] or ""),
        moment_utc(answered) if answered else "",
    )


def _written(write: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        code(write["write"]), escaped(write["title"]), write["outcome"], moment_utc(write["at"])
    )  # fmt: skip


def _event(event: Mapping[str, Any]) -> tuple[str, ...]:
    details = [f"{name} {_value(value)}" for name, value in event["data"].items() if value]
    what = f"{event['kind']} ({event['step']})" if event["step"] else event["kind"]
    return (
        str(event["n"]),
        moment_utc(event["at"]),
        escaped(event["actor"]),
        escaped(what),
        "<br>".join(escaped(detail) for detail in details),
        code(event["hash"][:16]),
    )


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
