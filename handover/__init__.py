"""Handover's Python API: what scripts import. The command line is made of the same functions.

from handover import start, wait

run = start({"workflow": "change-contact", ...})
report = wait(run.id, seconds=120)
print(report["result"], report["exit_code"])
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handover.api import (
        NotSent,
        Resumed,
        Started,
        answer,
        cancel,
        check_sign_in,
        follow,
        forget,
        preview,
        report,
        resume,
        rewrap,
        sign_in,
        start,
        wait,
    )
    from handover.explaining import diagram, explain
    from handover.finding import find
    from handover.given import evidence
    from handover.history import export_audit, heads, verify_audit
    from handover.lists import questions, runs
    from handover.proving import prove
    from handover.written import messages

__all__ = [
    "NotSent",
    "Resumed",
    "Started",
    "answer",
    "cancel",
    "check_sign_in",
    "diagram",
    "evidence",
    "explain",
    "export_audit",
    "find",
    "follow",
    "forget",
    "heads",
    "messages",
    "preview",
    "prove",
    "questions",
    "report",
    "resume",
    "rewrap",
    "runs",
    "sign_in",
    "start",
    "verify_audit",
    "wait",
]

_ELSEWHERE = {
    "diagram": "explaining",
    "explain": "explaining",
    "find": "finding",
    "evidence": "given",
    "export_audit": "history",
    "heads": "history",
    "verify_audit": "history",
    "questions": "lists",
    "runs": "lists",
    "prove": "proving",
    "messages": "written",
}
"""Where a name is defined; all others are in `api`."""


def __getattr__(name: str) -> Any:
    """Loads a part of the API when it is first used: `handover --help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"handover.{_ELSEWHERE.get(name, 'api')}"), name)
