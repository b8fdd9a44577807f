"""Handover's Python API: what scripts import. The command line is made of the same functions.

from handover import start, wait

run = start({"workflow": "change-contact", ...})
report = wait(run.id, seconds=120)
print(report["result"], report["exit_code"])
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handover.api import (
        NotSent,
        Started,
        answer,
        cancel,
        check_sign_in,
        follow,
        forget,
        heads,
        preview,
        report,
        rewrap,
        runs,
        sign_in,
        start,
        verify_audit,
        wait,
    )

__all__ = [
    "NotSent",
    "Started",
    "answer",
    "cancel",
    "check_sign_in",
    "follow",
    "forget",
    "heads",
    "preview",
    "report",
    "rewrap",
    "runs",
    "sign_in",
    "start",
    "verify_audit",
    "wait",
]


def __getattr__(name: str) -> Any:
    """Loads the API when it is first used: `handover --help` needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from handover import api  # noqa: PLC0415 - the point of this function

    return getattr(api, name)
