"""The findings of `handover doctor`, for people."""

from collections.abc import Mapping
from typing import Any

import click

from handover.cli.session import marks


def findings_text(examination: Mapping[str, Any]) -> str:
    """One line per finding, and below it what to do next."""
    return "\n".join(_finding(finding) for finding in examination["findings"])


def _finding(finding: Mapping[str, Any]) -> str:
    sign = marks()
    shown = {
        "ok": (sign.done, "green"),
        "note": (sign.open, None),
        "warn": (sign.warns, "yellow"),
        "fail": (sign.failed, "red"),
        "unknown": (sign.asks, None),
    }
    mark, color = shown[finding["status"]]
    head = f"{mark} {finding['status']:<7} {finding['check']:<13}"
    lines = [f"{click.style(head, fg=color)} {finding['says']}"]
    if finding["next"]:
        lines.append(f"{'':24}{finding['next']}")
    return "\n".join(lines)
