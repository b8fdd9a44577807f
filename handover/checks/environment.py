"""The environment: what looks like a setting and is none, and settings that mean nothing."""

import os
from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import AliasChoices

from config.settings import Settings
from domain.requests import WORKFLOWS
from handover.checks.finding import Finding, fail, warn
from handover.exits import Exit

_PREFIX = "HANDOVER_"
_OTHERS = {"HANDOVER_TRIPS"}  # read by tests of a worker that dies


def environment(current: Settings) -> Iterator[Finding]:
    """Variables that nobody reads, and values that nothing can be done with."""
    known = set(_known())
    for name in sorted(os.environ):
        if name.startswith(_PREFIX) and name not in known | _OTHERS:
            close = get_close_matches(name, known, n=1)
            again = f"Did you mean {close[0]}?" if close else "Unset it, or correct its name."
            yield warn("settings", f"{name} is no setting and does nothing", again)
    for workflow in sorted(current.approval.keys() - WORKFLOWS.keys()):
        close = get_close_matches(workflow, WORKFLOWS, n=1)
        again = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(WORKFLOWS)}."
        text = f"HANDOVER_APPROVAL names {workflow!r}, which is no workflow: it protects nothing"
        yield fail("settings", text, again, Exit.USAGE)
    if "@" in current.operator:
        text = "HANDOVER_OPERATOR holds an email address; it is shown and kept for ever"
        yield fail("settings", text, "Put a handle there.", Exit.USAGE)


def _known() -> Iterator[str]:
    """The names of all variables that are read."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices):
            yield from map(str, alias.choices)
        else:
            yield str(alias) if alias else _PREFIX + name.upper()
