"""The report on a run with what to do next, and the exit code that it amounts to. Always masked."""

from typing import Any

from config.settings import settings
from handover import exits
from tasks import canvases as _canvases  # noqa: F401 - registers every workflow
from worker.journal import outbox
from worker.journal.database import Tx
from worker.telling import reports


def describe(tx: Tx, run_id: str) -> dict[str, Any]:
    """The report on one run. Raises InvalidRequest if there is none of that id."""
    report = reports.describe(tx, run_id)
    return {
        "schema": "handover.run/1",
        **report,
        "exit_code": int(exits.of_run(report)),
        "next": _next(report),
        "ticket_notes": _ticket_notes(tx, run_id),
    }


def _ticket_notes(tx: Tx, run_id: str) -> dict[str, Any]:
    """How the notes on the ticket stand; without Zendesk there are none."""
    found = outbox.of_run(tx, run_id)
    return {
        "configured": bool(settings().zendesk_url),
        "posted": found.posted,
        "waiting": found.waiting,
        "given_up": [{"event": event, "why": why} for event, why in found.given_up],
    }


def _next(report: dict[str, Any]) -> str | None:
    if report["state"] == "waiting":
        return f"handover answer {report['run']} ANSWER --reason TEXT"
    return None if report["state"] == "ended" else f"handover watch {report['run']}"
