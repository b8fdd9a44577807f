"""A plan as a diff that can be pasted into a ticket. It is masked before it comes here."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from worker.telling.words import changed_fields, whole

_COLORS = {"@": "cyan", "+": "green", "-": "red"}


def plan_diff(changes: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> str:
    """The whole plan; inside a ```diff block of a ticket it has colours there, too."""
    lines = [line for change in changes for line in _change(change)]
    if not changes:
        lines.append("  nothing to change")
    lines += [f"  note: {note}" for note in notes]
    return "\n".join(_colored(line) for line in lines)


def preview_text(preview: Mapping[str, Any]) -> str:
    """What a run would do, or what it would ask first."""
    first = preview["evidence_question"]
    lines = [f"A run would ask a second person first: {first}"] if first else []
    if not preview["question"]:
        return "\n".join([*lines, plan_diff(preview["changes"], preview["notes"])])
    lines.append(f"A run would {'then ask' if first else 'ask first'}: {preview['question']}")
    lines += [f"  {answer['id']}: {answer['meaning']}" for answer in preview["answers"]]
    lines += [f"  note: {note}" for note in preview["notes"]]
    return "\n".join(lines)


def _colored(line: str) -> str:
    color = _COLORS.get(line[0])
    return click.style(line, fg=color) if color else line


def _change(change: Mapping[str, Any]) -> Iterator[str]:
    yield f"@@ {change['number']}. {change['title']} ({change['rule']}) @@"
    record = change["record"]
    if done := whole(change["kind"]):
        yield f"  {record}: {done}"
    else:
        yield f"  {change['kind']} {record}"
        yield from _fields(change)
    for effect in change["side_effects"]:
        yield f"  side effect: {effect}"
    if change["only_if"]:
        yield f"  only if a person answers {change['only_if'].replace('=', ' with ')}"


def _fields(change: Mapping[str, Any]) -> Iterator[str]:
    before, after = change["before"], change["after"]
    for name in dict.fromkeys([*before, *after]):
        if name not in changed_fields(change):
            continue
        if name in before:
            yield f"- {name}: {_shown(before[name])}"
        if name in after:
            yield f"+ {name}: {_shown(after[name])}"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
