"""Evidence for the person who has to look at it."""

from collections.abc import Iterator, Mapping
from typing import Any


def evidence_text(given: Mapping[str, Any]) -> str:
    """The fields of the evidence, one a line, or the reason that stands for it."""
    if given["evidence"]:
        return "\n".join(_lines(given["evidence"], ""))
    if reason := given["reason_without_evidence"]:
        return f"no evidence, but a reason: {reason}"
    return "This run was given no evidence."


def _lines(fields: Mapping[str, Any], margin: str) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{margin}{name}:"
            yield from _lines(value, f"{margin}  ")
        else:
            yield f"{margin}{name}: {value}"
