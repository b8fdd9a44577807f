"""Exit codes: what a script learns from a command without reading its output."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from domain.errors import (
    InvalidRequest,
    Locked,
    NeedsPerson,
    Refused,
    SignInExpired,
    Stale,
    Transient,
    Unavailable,
)


class Exit(IntEnum):
    """The meaning of each exit code; the numbers are a promise."""

    OK = 0
    FAILED = 1
    CHANGES = 2
    REFUSED = 3
    SIGN_IN = 4
    STALE = 5
    LOCKED = 6
    WAITS = 7
    RUNNING = 8
    CANCELLED = 9
    USAGE = 64
    UNAVAILABLE = 69
    INTERRUPTED = 130
    CLOSED_PIPE = 141


_ENDED = {
    "proved": Exit.OK,
    "refused": Exit.REFUSED,
    "stale": Exit.STALE,
    "failed": Exit.FAILED,
    "cancelled": Exit.CANCELLED,
}

_SCANNED = {
    None: Exit.RUNNING,
    "clean": Exit.OK,
    "drift": Exit.CHANGES,
    "failed": Exit.FAILED,
    "cancelled": Exit.CANCELLED,
}

_WAITS_FOR = {"sign-in": Exit.SIGN_IN, "evidence-refused": Exit.REFUSED}
"""Waits whose kind matters more to a script than that a person is needed."""

_RAISED: tuple[tuple[type[Exception], Exit], ...] = (
    (InvalidRequest, Exit.USAGE),
    (Refused, Exit.REFUSED),
    (SignInExpired, Exit.SIGN_IN),
    (Stale, Exit.STALE),
    (Locked, Exit.LOCKED),
    (NeedsPerson, Exit.WAITS),
    (Unavailable, Exit.UNAVAILABLE),
    (Transient, Exit.UNAVAILABLE),
)


def of_error(error: Exception) -> Exit:
    """The exit code that an error stands for which no run has recorded."""
    return next((code for kind, code in _RAISED if isinstance(error, kind)), Exit.FAILED)


def of_run(run: Mapping[str, Any]) -> Exit:
    """The exit code that a run's state stands for."""
    if run["state"] == "waiting":
        return _WAITS_FOR.get(run["reason"], Exit.WAITS)
    if run["state"] != "ended":
        return Exit.RUNNING
    return Exit.LOCKED if run["reason"] == "locked" else _ENDED[run["result"]]


def of_scan(result: str | None) -> Exit:
    """The exit code that a scan's result stands for; None while it is not finished."""
    return _SCANNED[result]
