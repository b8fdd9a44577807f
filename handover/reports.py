"""The report on a run with what to do next, and the exit code that it amounts to. Always masked."""

from typing import Any

from handover import exits
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker.journal.database import Tx
from worker.telling import reports


def describe(tx: Tx, run_id: str) -> dict[str, Any]:
    """The report on one run. Raises InvalidRequest if there is none of that id."""
    report = reports.describe(tx, run_id)
    return {**report, "exit_code": int(exits.of_run(report)), "next": _next(report)}


def _next(report: dict[str, Any]) -> str | None:
    if report["state"] == "waiting":
        return f"handover answer {report['run']} ANSWER --reason TEXT"
    return None if report["state"] == "ended" else f"handover watch {report['run']}"
