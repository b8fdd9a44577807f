"""What an earlier `handover up` started and could not end itself."""

import contextlib
import json
import os
import signal
import threading
from pathlib import Path

import psutil

from handover.embedded.files import write_private

# Start times are derived from the machine's clock, which may have been set in between.
_CLOCK_SECONDS = 2.0


def start_time(pid: int) -> float | None:
    """When the process started, in seconds since 1970, or None when there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def still_runs(pid: int, born: float) -> bool:
    """Whether `pid` is still the process that started at `born`, and not one that got its number.

    One that has ended, and only waits for its status to be collected, doesn't run.
    """
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - born) < _CLOCK_SECONDS
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


class PidFile:
    """The process ids and start times of the running children, kept in a file.

    It is read only after the state folder's lock was taken, so what it names has no owner any more.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._groups: dict[str, list[tuple[int, float]]] = {}

    def record(self, name: str, *pids: int) -> None:
        """Remember the leaders of the process groups that now make up the child `name`."""
        born = [(pid, start) for pid in pids if (start := start_time(pid)) is not None]
        with self._lock:
            self._groups[name] = born
            write_private(self._path, json.dumps(self._groups))

    def remove(self) -> None:
        """Forget all: everything has ended."""
        self._path.unlink(missing_ok=True)

    def reap(self) -> list[str]:
        """Kill what the file still names, wait until it is gone, and return the parts' names."""
        found: dict[str, list[psutil.Process]] = {}
        for name, leaders in self._read().items():
            for pid, born in leaders:
                if still_runs(pid, born):
                    found.setdefault(name, []).extend(_kill_tree(pid))
        psutil.wait_procs([one for tree in found.values() for one in tree], timeout=10)
        self.remove()
        return sorted(found)

    def _read(self) -> dict[str, list[tuple[int, float]]]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (FileNotFoundError, ValueError):
            return {}


def _kill_tree(leader: int) -> list[psutil.Process]:
    tree: list[psutil.Process] = []
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(leader)
        tree = [process, *process.children(recursive=True)]
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
    for process in tree:
        with contextlib.suppress(psutil.Error):
            process.kill()
    return tree
