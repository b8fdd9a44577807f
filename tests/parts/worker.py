"""A real Celery worker (or beat) in a process session of its own, to be watched and killed."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from handover.embedded.child import Child
from tests.parts.environment import child_environment
from tests.parts.family import known, survivors
from tests.parts.folders import short_folder
from tests.parts.waiting import wait_until


class WorkerProcess:
    """A running `celery` program. `pid` is its main process; the pool are its children."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.log_path = log
        self._child = Child(command, log=log, env=env)
        self.pid = self._child.pid

    @property
    def alive(self) -> bool:
        """Whether the main process runs."""
        return self._child.alive

    def children(self) -> list[int]:
        """The pool's process ids, without ended ones."""
        return [p.pid for p in self._tree()[1:]]

    def output(self) -> str:
        """Everything that it has printed and logged so far."""
        return self.log_path.read_text(errors="replace")

    def found(self, *texts: str) -> list[str]:
        """Those of `texts` that its output contains, raw, in any letter case: a scan for leaks."""
        output = self.output().casefold()
        return [text for text in texts if text.casefold() in output]

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait for the log line by which a worker says that it takes messages."""
        wait_until(
            lambda: " ready." in self.output() or not self.alive,
            timeout,
            lambda: f"the worker to be ready; its output:\n{self.output()}",
        )
        assert self.alive, f"the worker ended instead of getting ready:\n{self.output()}"

    def terminate(self) -> None:
        """SIGTERM to the main process: Celery's warm shutdown."""
        self._child.terminate()

    def wait(self, timeout: float = 30) -> int:
        """The exit status, once it has ended. Raises AssertionError after `timeout` seconds."""
        status = self._child.wait(timeout)
        assert status is not None, f"the worker did not end within {timeout:g} s"
        return status

    def kill9(self) -> None:
        """SIGKILL the main process and the whole pool, and wait until all are gone."""
        tree = self._tree()
        born = known(process.pid for process in tree)
        self._signal(signal.SIGKILL, tree)
        self._child.wait()
        # One whose status nobody has collected yet is gone: that may take an init seconds.
        wait_until(lambda: not survivors(born), 10, "the end of the worker's processes")

    def kill9_at_once(self) -> None:
        """SIGKILL the main process and the pool without waiting; `kill9` then waits."""
        self._signal(signal.SIGKILL, self._tree())

    def kill9_main(self) -> None:
        """SIGKILL the main process alone, the way the kernel's out-of-memory killer might."""
        os.kill(self.pid, signal.SIGKILL)
        self._child.wait()

    def kill9_child(self, pid: int | None = None) -> int:
        """SIGKILL one process of the pool (the first by default) and return its process id."""
        victim = self.children()[0] if pid is None else pid
        os.kill(victim, signal.SIGKILL)
        return victim

    def sigstop(self) -> None:
        """Freeze the main process and the whole pool."""
        self._signal(signal.SIGSTOP, self._tree())

    def sigcont(self) -> None:
        """Let a frozen worker go on."""
        self._signal(signal.SIGCONT, self._tree())

    def close(self) -> None:
        """Kill whatever is left of it."""
        self.kill9()
        self._child.close()

    def _tree(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            main = psutil.Process(self.pid)
            if self._child.alive:
                return [main, *main.children(recursive=True)]
        return []

    @staticmethod
    def _signal(number: int, processes: Sequence[psutil.Process]) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)


@contextmanager
def worker_process(
    env: Mapping[str, str] | None = None,
    n: int = 1,
    *,
    concurrency: int = 2,
    pool: str = "prefork",
    app: str = "worker.app",
    loglevel: str = "INFO",
    arguments: Sequence[str] = (),
) -> Iterator[WorkerProcess]:
    """Worker number `n` (node `worker<n>@<host>`) of `app`; `env` is added to a clean environment.

    It is started, not waited for: call `wait_ready()`. Nothing of it is left after the block.
    """
    command = [
        *_celery(app), "worker", "--pool", pool, "-c", str(concurrency), "-n", f"worker{n}@%h",
        "--without-gossip", "--without-mingle", "--loglevel", loglevel, *arguments,
    ]  # fmt: skip
    with _celery_process(command, env, f"worker{n}") as worker:
        yield worker


@contextmanager
def beat_process(
    env: Mapping[str, str] | None = None,
    *,
    app: str = "worker.app",
    loglevel: str = "INFO",
    arguments: Sequence[str] = (),
) -> Iterator[WorkerProcess]:
    """A beat of `app` with a schedule file of its own. It has no line that says it is ready."""
    with short_folder("beat") as folder:
        command = [
            *_celery(app), "beat", "--schedule", str(folder / "schedule"),
            "--loglevel", loglevel, *arguments,
        ]  # fmt: skip
        with _celery_process(command, env, "beat") as beat:
            yield beat


def _celery(app: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", app]


@contextmanager
def _celery_process(
    command: Sequence[str], env: Mapping[str, str] | None, name: str
) -> Iterator[WorkerProcess]:
    with short_folder(name) as folder:
        # A killed Celery leaves its temporary files: let them lie where they are removed.
        environment = child_environment({"TMPDIR": str(folder), **(env or {})})
        process = WorkerProcess(command, environment, folder / f"{name}.log")
        try:
            yield process
        finally:
            process.close()
