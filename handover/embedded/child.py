"""A child process that can't outlive us, whatever happens to us."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import overload

from domain.errors import Unavailable
from handover.embedded.processes import start_time, still_runs

_GUARD = Path(__file__).with_name("guard.py")
_START_SECONDS = 30


class Child:
    """One program under a guard (see guard.py), in a process session of its own.

    Its output is appended to `log` (mode 0600). `pid` is the program's, `guard_pid` the guard's.
    `env` is the whole environment, ours when None. Raises Unavailable when the program can't be
    started; the log then says why.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.log = log
        self.pid = 0
        self._born: float | None = None
        self._control, theirs = socket.socketpair()
        with theirs, open(log, "ab", opener=_private) as output:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_GUARD), str(theirs.fileno()), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=env,
                cwd=cwd,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.guard_pid = self._guard.pid
        try:
            self.pid = self._read_pid(command[0])
            self._born = start_time(self.pid)
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        """Whether the program, or at least its guard, still runs."""
        return self.wait(0) is None

    def terminate(self) -> None:
        """Ask the program to end (SIGTERM). Its own children are left to it."""
        self._order(b"T")

    def kill(self) -> None:
        """Kill the program's process group (SIGKILL). Takes no lock: fit for signal handlers."""
        self._order(b"K")

    @overload
    def wait(self, timeout: None = None) -> int: ...
    @overload
    def wait(self, timeout: float) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int | None:
        """The exit status once program and guard have ended, or None after `timeout` seconds."""
        try:
            status = self._guard.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        if status < 0:
            self._bury()
        return status

    def close(self) -> None:
        """Kill whatever is left, wait for it and free the handles. May be called twice."""
        self._control.close()
        self.wait()

    def _order(self, order: bytes) -> None:
        with contextlib.suppress(OSError):
            self._control.send(order)

    def _read_pid(self, program: str) -> int:
        self._control.settimeout(_START_SECONDS)
        line = b""
        try:
            while not line.endswith(b"\n"):
                part = self._control.recv(64)
                if not part:
                    raise Unavailable(f"{program} can't be started: see {self.log}")
                line += part
        except TimeoutError:
            raise Unavailable(f"{program} did not start within {_START_SECONDS} s") from None
        return int(line)

    def _bury(self) -> None:
        """Kill the group of a program whose guard was killed, and which nobody watches any more."""
        if self._born is not None and still_runs(self.pid, self._born):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            while still_runs(self.pid, self._born):
                time.sleep(0.01)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
