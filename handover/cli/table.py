"""Tables, and runs as one."""

from collections.abc import Mapping, Sequence
from typing import Any

from handover.cli.times import moment

_HEAD = ("RUN", "STARTED", "BY", "WORKFLOW", "ACCOUNT", "TICKET", "STATE", "WHY")


def runs_table(found: Sequence[Mapping[str, Any]]) -> str:
    """One line per run. `WHY` is the stable word for why it ended or waits, and for whom."""
    return table([_HEAD, *map(_row, found)])


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lines whose cells stand below one another. Each row has as many cells as the first."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
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
