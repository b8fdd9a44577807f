"""The environment: what looks like a setting and is none, and settings that mean nothing."""

import os
from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import AliasChoices

from config.settings import Settings
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
    if "@" in current.operator:
        text = "HANDOVER_OPERATOR holds an email address; it is shown and kept for ever"
        yield fail("settings", text, "Put a handle there.", Exit.USAGE)


def limits(current: Settings) -> Iterator[Finding]:
    """Limits that are each possible and do not fit together."""
    for wrong, text, again in _misfits(current):
        if wrong:
            yield warn("settings", text, again)


def _misfits(now: Settings) -> Iterator[tuple[bool, str, str]]:
    yield (
        now.quiet_seconds > now.lag_seconds,
        "HANDOVER_QUIET_SECONDS is longer than HANDOVER_LAG_SECONDS: a proof that fails at the"
        " first look is not read again",
        "Make the lag limit the longer one.",
    )
    yield (
        now.step_limit_seconds <= max(now.write_seconds, now.lease_seconds),
        "HANDOVER_STEP_LIMIT_SECONDS kills a step before a write's time, or its lease, is over",
        "Make it several times HANDOVER_LEASE_SECONDS.",
    )
    yield (
        now.scan_seconds > now.lease_seconds,
        "HANDOVER_SCAN_SECONDS is longer than HANDOVER_LEASE_SECONDS: a dead worker's run rests"
        " longer than it was held",
        "Scan several times within a lease.",
    )
    yield (
        now.orphan_seconds < now.scan_seconds,
        "HANDOVER_ORPHAN_SECONDS is shorter than HANDOVER_SCAN_SECONDS: at each scan every run"
        " under way counts as lost and is sent again",
        "Make it at least twice the pause between scans.",
    )
    yield (
        now.connect_seconds + now.read_seconds > now.step_limit_seconds,
        "HANDOVER_CONNECT_SECONDS and HANDOVER_READ_SECONDS together are longer than a step may"
        " take (HANDOVER_STEP_LIMIT_SECONDS)",
        "A single slow answer must not use up a step.",
    )


def _known() -> Iterator[str]:
    """The names of all variables that are read."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices):
            yield from map(str, alias.choices)
        else:
            yield str(alias) if alias else _PREFIX + name.upper()
