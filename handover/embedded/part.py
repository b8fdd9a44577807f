"""One supervised part: started, watched, and started again when it dies."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Unavailable
from handover.embedded.child import Child
from handover.embedded.recipes import Recipe

_LOOK_SECONDS = 0.05
_LOG_BYTES = 10_000_000


@dataclass(frozen=True)
class Pauses:
    """Seconds between a death and the next start: doubled each time, from `first` to `longest`.

    A part that has lived for `good` seconds starts over with `first`.
    """

    first: float = 0.2
    longest: float = 10
    good: float = 30

    def after(self, last: float, lived: float) -> float:
        """The next pause, given the last one (0 at first) and how long the part has lived."""
        return self.first if lived >= self.good or not last else min(last * 2, self.longest)


class Part:
    """Keeps one recipe running, in a thread of its own, until it is told to stop.

    `say` gets short status lines; `started` is told of every new child before anybody waits for it.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        env: Mapping[str, str],
        logs: Path,
        say: Callable[[str], None],
        started: Callable[[str, Child], None],
        pauses: Pauses,
    ) -> None:
        self.name = recipe.name
        self.log = logs / f"{recipe.name}.log"
        self.ready = threading.Event()
        self.deaths = 0
        self._recipe = recipe
        self._env = {**env, **recipe.environment()}
        self._say = say
        self._started = started
        self._pauses = pauses
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stopping = False  # not an Event: `kill` runs in signal handlers, where locks can't
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name=self.name, daemon=True)

    @property
    def pid(self) -> int | None:
        """The program's process id, or None between a death and the next start."""
        child = self._child
        return child.pid if child is not None else None

    def start(self) -> None:
        """Start it. Returns at once; `ready` is set when it serves for the first time."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end, and don't start it again. Returns at once: see `join`."""
        with self._lock:
            self._stopping = True
            if self._child is not None:
                self._child.terminate()
        self._wake.set()

    def kill(self) -> None:
        """End it at once. Takes no lock: fit for signal handlers. `stop` has still to be called."""
        self._stopping = True
        child = self._child
        if child is not None:
            child.kill()

    def join(self, seconds: float) -> bool:
        """Wait until it has ended for good. False when `seconds` were not enough."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def last_line(self) -> str:
        """The last line of the log that isn't empty, shortened."""
        if not self.log.exists():
            return ""
        lines = (
            self._read(max(0, self.log.stat().st_size - 4000)).decode(errors="replace").split("\n")
        )
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")

    def _keep_running(self) -> None:
        pause = 0.0
        while True:
            start = time.monotonic()
            ending = self._run_once()
            if self._stopping:
                return
            self.deaths += 1
            pause = self._pauses.after(pause, time.monotonic() - start)
            self._say(f"{self.name} {ending}; starts again in {pause:g} s")
            self._wake.wait(pause)

    def _run_once(self) -> str:
        """Run the program to its end and return in words what its end was."""
        try:
            _rotate(self.log)
            offset = self.log.stat().st_size if self.log.exists() else 0
            child = Child(self._recipe.command(), log=self.log, env=self._env)
        except (Unavailable, OSError) as error:
            return f"could not be started ({error})"
        try:
            self._started(self.name, child)
            with self._lock:
                self._child = child
                if self._stopping:
                    child.kill()
            status = self._watch(child, offset)
        finally:
            self._child = None
            child.close()
        return f"ended ({_spoken(status)}): {self.last_line()}"

    def _watch(self, child: Child, offset: int) -> int:
        start = time.monotonic()
        while (status := child.wait(_LOOK_SECONDS)) is None:
            if self._recipe.ready(self._read(offset), time.monotonic() - start):
                place = ", ".join(filter(None, [self._recipe.where(), f"process {child.pid}"]))
                self._say(f"{self.name} is ready ({place})")
                self.ready.set()
                return child.wait()
        return status

    def _read(self, offset: int) -> bytes:
        with self.log.open("rb") as log:
            log.seek(offset)
            return log.read()


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _spoken(status: int) -> str:
    return f"signal {status - 128}" if status > 128 else f"status {status}"
