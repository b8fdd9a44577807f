"""Calls of `handover` as processes that are forked, not started: most of a call are its imports.

`python -m tests.parts.forked` imports Handover and forks a process for each call. Such a process
has an environment, a folder and standard streams of its own, and ends as any does. That a process
which is started says the same is proved for every command (`test_processes.py`).
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

from tests.parts.environment import ROOT, child_environment

PACKAGES = ("clients", "config", "domain", "handover", "tasks", "worker")
LATER = ("worker.app", "handover.api", "handover.drift.fixing", "handover.drift.scanning")
"""What reads the settings as it is imported: each call does that for itself."""
LIBRARIES = (
    "celery.app.amqp",
    "celery.app.builtins",
    "celery.loaders.app",
    "kombu.transport.redis",
)
"""What Celery loads by name."""


class _Call(TypedDict):
    arguments: Sequence[str]
    env: Mapping[str, str]
    folder: str
    streams: Sequence[str]


class Forks:
    """Makes calls of `handover`, one at a time. What is left of it ends with the test process."""

    def __init__(self) -> None:
        self._server = self._started()

    def call(
        self, arguments: Sequence[str], *, env: Mapping[str, str], folder: Path, stdin: str = ""
    ) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of one call."""
        with TemporaryDirectory(prefix="ho-call-") as name:
            given, out, err = (Path(name) / stream for stream in ("in", "out", "err"))
            given.write_text(stdin)
            streams = [str(given), str(out), str(err)]
            made = _Call(arguments=arguments, env=env, folder=str(folder), streams=streams)
            code = self._ask(json.dumps(made))
            assert code, "the process that forks has ended; its stderr says why"
            return int(code), out.read_text(), err.read_text()

    def _ask(self, line: str) -> str:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        try:
            self._server.stdin.write(f"{line}\n")
            self._server.stdin.flush()
            return self._server.stdout.readline()
        except BaseException:  # the test's time is up: end the call, and be ready for the next
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = self._started()
            raise

    @staticmethod
    def _started() -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(),
            cwd=ROOT,
            start_new_session=True,
        )


def _serve() -> None:
    """Forks a process for each line that comes in, and tells how it ended."""
    for name in (*LIBRARIES, *_ours()):
        importlib.import_module(name)
    assert not set(LATER) & set(sys.modules), "what reads the settings was imported too early"
    gc.freeze()  # no call has to look through what it shares with all
    while line := sys.stdin.readline():
        process = os.fork()
        if process == 0:
            _be(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def _ours() -> list[str]:
    found = [
        module.name
        for package in PACKAGES
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
    ]
    return [n for n in found if n not in LATER and ".migrations" not in n and "__main__" not in n]


def _be(call: _Call) -> None:
    """Makes this process the one that was called for, and ends it."""
    os.environ.clear()
    os.environ.update(call["env"])
    time.tzset()
    os.chdir(call["folder"])
    for number, path in enumerate(call["streams"]):
        opened = os.open(path, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    code = importlib.import_module("handover.cli.app").run(call["arguments"])
    _end(code)


def _end(code: int) -> None:
    """Ends as Python would, which would take long to take all that was imported apart."""
    importlib.import_module("worker.runtime").journal.cache_clear()
    gc.collect()  # closes the journal's connections
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    _serve()
