"""Runs as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from handover.cli.times import moment

_HEAD = ("RUN", "STARTED", "BY", "WORKFLOW", "ACCOUNT", "TICKET", "STATE", "WHY")


def runs_table(found: Sequence[Mapping[str, Any]]) -> str:
    """One line per run. `WHY` is the stable word for why it ended or waits, and for whom."""
    rows = [_HEAD, *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(run: Mapping[str, Any]) -> tuple[str, ...]:
    state = run["result"] or run["state"]
    why = "" if run["reason"] == state else run["reason"] or ""
    if run["second_person"]:
        why += f", for somebody other than {run['requested_by']}"
    if run["overdue"]:
        why += ", OVERDUE"
    if run["unattended_seconds"]:
        why = ", ".join(filter(None, [why, f"no worker for {run['unattended_seconds']} s"]))
    return (
        run["run"],
        moment(run["created_at"]),
        run["requested_by"],
        run["workflow"],
        run["account"],
        run["ticket"],
        state,
        why,
    )
