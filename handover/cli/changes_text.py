"""The changes of a run on a screen: each with a mark for how it stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from handover.cli.session import marks
from worker.telling.fates import Told, earlier, fates


def changes_text(report: Mapping[str, Any]) -> str:
    """The changes of the plan, and whatever was written besides: in rounds that are over."""
    parts = []
    if report["plan"] is not None:
        parts.append(_listed("Changes", fates(report)) or "Changes\n  nothing to change")
    parts.append(_listed("Written in earlier rounds", earlier(report)))
    return "\n\n".join(filter(None, parts))


def _listed(title: str, told: Iterator[Told]) -> str:
    signs = marks()
    lines = [f"  {getattr(signs, status)} {name}: {word}" for status, name, word in told]
    return "\n".join([title, *lines]) if lines else ""
