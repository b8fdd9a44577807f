"""Processes by number and start time, so that a number that is given anew fools no test."""

from collections.abc import Iterable

import psutil

from handover.embedded.processes import start_time, still_runs

Known = tuple[int, float]


def known(pids: Iterable[int]) -> list[Known]:
    """The given processes with their start times, without those that have ended."""
    return [(pid, born) for pid in pids if (born := start_time(pid)) is not None]


def descendants(pid: int) -> list[Known]:
    """All processes that `pid` has started, directly or not."""
    return known(process.pid for process in psutil.Process(pid).children(recursive=True))


def survivors(processes: Iterable[Known]) -> list[int]:
    """Which of them still run; one that waits for its status to be collected has ended."""
    return [pid for pid, born in processes if still_runs(pid, born)]
