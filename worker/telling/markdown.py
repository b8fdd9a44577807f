"""A plan and a run as Markdown, to be pasted into a ticket. All of it is masked before."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from worker.telling.fates import earlier, fates, legacy_text
from worker.telling.words import (
    answer_command,
    answered_text,
    changed_fields,
    expiry_text,
    moment_utc,
    reversal_lines,
    second_person_text,
    state_text,
    whole,
)

Change = Mapping[str, Any]

_HEAD = ("#", "rule", "what", "record", "before → after", "side effects")

_QUOTED = re.compile("`([^`]+)`")
_SIGNS = re.compile(r"[\\`*_|<>\[\]]")


def plan_markdown(plan: Mapping[str, Any], *, proved: bool = False) -> str:
    """A plan's changes as a table, what must be true at the end, and its notes.

    `plan` is a preview, or a report with `changes` put beside it; `proved` says whether what must
    be true was seen to be true.
    """
    parts = [table(_HEAD, [_row(change) for change in plan["changes"]])]
    if not plan["changes"]:
        parts = ["Nothing has to be changed."]
    if plan["expectations"]:
        parts.append(
            listed(
                "Proved at the end" if proved else "To be proved at the end", plan["expectations"]
            )
        )
    if plan["notes"]:
        parts.append(listed("Notes", plan["notes"]))
    return "\n\n".join(parts)


def preview_markdown(preview: Mapping[str, Any]) -> str:
    """What `--plan-only` shows: a plan, or the question that comes before one."""
    heading = "## Plan; nothing was changed"
    if first := preview["evidence_question"]:
        heading += f"\n\n**A second person is asked first:** {escaped(first)}"
    if preview["question"]:
        offered = [f"{answer['id']}: {answer['meaning']}" for answer in preview["answers"]]
        asked = f"**Question:** {escaped(preview['question'])}"
        notes = [listed("Notes", preview["notes"])] if preview["notes"] else []
        return "\n\n".join([heading, asked, listed("Answers", offered), *notes])
    return f"{heading}\n\n{plan_markdown(preview)}"


def run_markdown(report: Mapping[str, Any], *, with_answers: bool = True) -> str:
    """A run: how it stands, what it does or did, and what it asks.

    The answers so far may be left out where a table of them follows.
    """
    parts = [
        f"## {report['workflow']} of account {report['account']}: {state_text(report)}",
        _head(report),
    ]
    parts += [escaped(f"{line[0].upper()}{line[1:]}.") for line in reversal_lines(report)]
    if report["summary"] and not report["question"]:
        parts.append(escaped(report["summary"]))
    if legacy := legacy_text(report):
        parts.append(escaped(legacy))
    if report["plan"] is not None:
        checksum = f", checksum {code(report['plan_checksum'])}" if report["plan_checksum"] else ""
        parts.append(f"### Plan{checksum}")
        proved = report["result"] == "proved"
        parts.append(plan_markdown({**report, "changes": report["plan"]}, proved=proved))
    parts += written_markdown(report)
    if with_answers and report["answered"]:
        said = [f"{answered_text(q)} {utc(q['answered_at'])}" for q in report["answered"]]
        parts.append(listed("Questions and answers so far", said))
    if report["question"]:
        parts.append(question_markdown({**report, **report["question"]}))
    return "\n\n".join(parts)


def _head(report: Mapping[str, Any]) -> str:
    ended = f", ended {utc(report['ended_at'])}" if report["ended_at"] else ""
    return (
        f"Run {code(report['run'])}, ticket {report['ticket']}, started by"
        f" {escaped(report['requested_by'])} {utc(report['created_at'])}{ended}."
    )


def written_markdown(report: Mapping[str, Any]) -> Iterator[str]:
    """How far the plan is, and what was written besides it: in rounds that are over."""
    if report["plan"]:
        yield listed("How far it is", [f"{title}: {word}" for _, title, word in fates(report)])
    before = [f"{title}: {word}" for _, title, word in earlier(report)]
    if before:
        yield listed("Written in earlier rounds" if report["plan"] else "Written so far", before)
    elif not report["plan"] and not legacy_text(report):
        yield "Written so far: nothing."


def _row(change: Change) -> tuple[str, ...]:
    effects = [escaped(effect) for effect in change["side_effects"]]
    if change["only_if"]:
        effects.append(f"only if answered {code(change['only_if'])}")
    return (
        str(change["number"]),
        change["rule"],
        f"{change['kind']}: {escaped(change['title'])}",
        code(change["record"]),
        "<br>".join(_fields(change)) or whole(change["kind"]),
        "<br>".join(effects),
    )


def _fields(change: Change) -> Iterator[str]:
    if whole(change["kind"]):
        return
    before, after = change["before"], change["after"]
    for name in dict.fromkeys([*before, *after]):
        if name in changed_fields(change):
            was = code(before[name]) if name in before else "nothing"
            is_ = code(after[name]) if name in after else "nothing"
            yield f"{code(name)}: {was} → {is_}"


def question_markdown(asked: Mapping[str, Any]) -> str:
    """Whom it waits for, since when, until when, and the command for each answer."""
    rule = f", {asked['rule']}" if asked["rule"] else ""
    until = expiry_text(asked, utc)
    parts = [
        f"**Question:** {escaped(asked['text'])}",
        f"Asked {utc(asked['asked_at'])}{until} ({asked['kind']}{rule}).",
    ]
    if asked["second_person"]:
        parts.append(escaped(second_person_text(asked)))
    lines = []
    for answer in asked["answers"]:
        second = answer["second_person"] and not asked["second_person"]
        meaning = escaped(answer["meaning"] + " (a second person)" * second)
        lines.append(f"- {answer['id']}: {meaning}<br>{code(answer_command(asked, answer['id']))}")
    return "\n\n".join([*parts, "\n".join(["**Answers**", "", *lines])])


def utc(milliseconds: int) -> str:
    """A moment with its time zone."""
    return f"{moment_utc(milliseconds)} UTC"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table. The cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def listed(title: str, items: Sequence[str]) -> str:
    """Plain words as a list below a bold title."""
    return "\n".join([f"**{title}**", "", *(f"- {escaped(item)}" for item in items)])


def code(value: object) -> str:
    """A value as code: the stars of masked values would be bold letters elsewhere."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{text.replace('`', chr(39)).replace('|', chr(92) + '|')}`" if text else "empty"


def escaped(text: str) -> str:
    """Plain words: nothing in them is Markdown or HTML, but what stands in backticks is code."""
    words = _QUOTED.split(text.replace("\n", " "))
    return "".join(code(w) if n % 2 else _SIGNS.sub(r"\\\g<0>", w) for n, w in enumerate(words))
