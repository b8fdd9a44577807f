"""What this process works on at the moment: every log line and error report names it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

FIELDS = ("run_id", "workflow", "step", "rule", "attempt", "fence", "scan_id", "piece")
"""Ids, names and counts only: these reach logs, and all but the fence reach error reports."""

_current: ContextVar[Mapping[str, str | int]] = ContextVar("work", default=MappingProxyType({}))


@contextmanager
def working_on(**fields: str | int) -> Iterator[None]:
    """Names the work that is done inside; an inner call adds to the outer one's fields.

    A thread that shall be named alike has to run in a copy of this context. Raises ValueError for
    a field that is not on the list.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise ValueError(f"not a field of work: {', '.join(sorted(unknown))}")
    token = _current.set({**_current.get(), **fields})
    try:
        yield
    finally:
        _current.reset(token)


def current_work() -> Mapping[str, str | int]:
    """The fields of the innermost work, empty outside of any."""
    return _current.get()
