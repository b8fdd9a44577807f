"""A plan and a run as Markdown, to be pasted into a ticket. All of it is masked before."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from handover.cli.changes_text import fates, legacy_text
from handover.cli.plan_text import changed_fields
from handover.cli.run_text import state_text

Change = Mapping[str, Any]

_HEAD = ("#", "rule", "what", "record", "before → after", "side effects")


def plan_markdown(plan: Mapping[str, Any]) -> str:
    """A plan's changes as a table, what must be true at the end, its notes and its checksum.

    `plan` is a preview, or a report with `changes` put beside it.
    """
    parts = [table(_HEAD, [_row(change) for change in plan["changes"]])]
    if not plan["changes"]:
        parts = ["Nothing has to be changed."]
    if plan["expectations"]:
        parts.append(_listed("Proved at the end", plan["expectations"]))
    if plan["notes"]:
        parts.append(_listed("Notes", plan["notes"]))
    return "\n\n".join(parts)


def preview_markdown(preview: Mapping[str, Any]) -> str:
    """What `--plan-only` shows: a plan, or the question that comes before one."""
    heading = "## Plan; nothing was changed"
    if preview["question"]:
        return f"{heading}\n\n{_question(preview['question'], preview['answers'])}"
    return f"{heading}\n\n{plan_markdown(preview)}"


def run_markdown(report: Mapping[str, Any]) -> str:
    """A run: how it stands, what it does or did, and what it asks."""
    parts = [
        f"## {report['workflow']} of account {report['account']}: {state_text(report)}",
        f"Run {code(report['run'])}, ticket {report['ticket']}, started by"
        f" {escaped(report['requested_by'])}.",
    ]
    if report["summary"] and not report["question"]:
        parts.append(escaped(report["summary"]))
    if legacy := legacy_text(report):
        parts.append(escaped(legacy))
    if report["plan"] is not None:
        checksum = f", checksum {code(report['plan_checksum'])}" if report["plan_checksum"] else ""
        parts.append(f"### Plan{checksum}")
        parts.append(plan_markdown({**report, "changes": report["plan"]}))
        done = [f"{title}: {word}" for _, title, word in fates(report)]
        parts += [_listed("How far it is", done)] if done else []
    if report["question"]:
        parts.append(_question(report["question"]["text"], report["question"]["answers"]))
    return "\n\n".join(parts)


def _row(change: Change) -> tuple[str, ...]:
    effects = [escaped(effect) for effect in change["side_effects"]]
    if change["only_if"]:
        effects.append(f"only if answered {code(change['only_if'])}")
    return (
        str(change["number"]),
        change["rule"],
        f"{change['kind']}: {escaped(change['title'])}",
        code(change["record"]),
        "<br>".join(_fields(change)) or "saved as it is",
        "<br>".join(effects),
    )


def _fields(change: Change) -> Iterator[str]:
    if change["kind"] == "touch":
        return
    before, after = change["before"], change["after"]
    for name in dict.fromkeys([*before, *after]):
        if name in changed_fields(change):
            was = code(before[name]) if name in before else "nothing"
            is_ = code(after[name]) if name in after else "nothing"
            yield f"{code(name)}: {was} → {is_}"


def _question(text: str, answers: Sequence[Mapping[str, Any]]) -> str:
    offered = [f"{answer['id']}: {answer['meaning']}" for answer in answers]
    return f"**Question:** {escaped(text)}\n\n{_listed('Answers', offered)}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table. The cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _listed(title: str, items: Sequence[str]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {escaped(item)}" for item in items)])


def code(value: object) -> str:
    """A value as code: the stars of masked values would be bold letters elsewhere."""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{text.replace('`', chr(39)).replace('|', chr(92) + '|')}`" if text else "empty"


def escaped(text: str) -> str:
    """Plain words: nothing in them is taken for Markdown or HTML."""
    for sign in "\\`*_|<>[]":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", " ")
