"""What a check finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handover.exits import Exit


class Status(StrEnum):
    """How it stands. NOTE: well enough; UNKNOWN: it can't honestly be known from here."""

    OK = "ok"
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One finding in words. `next` says what to do; `exit_code` counts for a FAIL."""

    check: str
    status: Status
    says: str
    next: str = ""
    exit_code: Exit = Exit.FAILED

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON has it."""
        return {
            "check": self.check,
            "status": self.status.value,
            "says": self.says,
            "next": self.next or None,
        }


def ok(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, Status.OK, says)


def note(check: str, says: str, what_next: str) -> Finding:
    """It works as it is, and somebody may want to know."""
    return Finding(check, Status.NOTE, says, what_next)


def warn(check: str, says: str, what_next: str) -> Finding:
    """It works, and somebody should know."""
    return Finding(check, Status.WARN, says, what_next)


def unknown(check: str, says: str, what_next: str = "") -> Finding:
    """It can't be known from here."""
    return Finding(check, Status.UNKNOWN, says, what_next)


def fail(check: str, says: str, what_next: str, exit_code: Exit) -> Finding:
    """It does not work."""
    return Finding(check, Status.FAIL, says, what_next, exit_code)
