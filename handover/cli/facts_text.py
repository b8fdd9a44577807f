"""The facts of `handover prove`, for people."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from handover.cli.session import marks
from handover.cli.times import moment


def facts_text(found: Mapping[str, Any]) -> str:
    """One line per fact; below one that does not hold, what was expected and what was found."""
    lines = [f"Account {found['account']}, read {moment(found['read_at'])}"]
    lines += _facts(found["facts"])
    run = found["run"]
    if run and run["forgotten"]:
        lines.append(f"What run {run['run']} proved can't be looked at: it was forgotten.")
    elif run:
        lines.append(f"What run {run['run']} proved {moment(run['proved_at'])}")
        lines += _facts(run["facts"])
    return "\n".join(lines)


def _facts(facts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for fact in facts:
        mark, color = (marks().done, "green") if fact["holds"] else (marks().failed, "red")
        yield f"  {click.style(mark, fg=color)} {fact['title']}"
        if not fact["holds"]:
            yield from _difference(fact)


def _difference(fact: Mapping[str, Any]) -> Iterator[str]:
    """Masked forms may look alike where the values are not; that they differ is said."""
    wanted = fact["expected"][0] if fact["expected"] else {}
    if not fact["found"] or not wanted:
        yield f"      found: {_state(fact['found'])}; expected: {_state(wanted)}"
        return
    for name in fact["differs"]:
        found, expected = fact["found"].get(name), wanted.get(name)
        yield f"      {name}: found {_shown(found)}, expected {_shown(expected)}"


def _state(state: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in state.items()) or "nothing"


def _shown(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)
