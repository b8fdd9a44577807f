"""Parts that are started in order and ended in reverse order."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Unavailable
from handover.embedded.child import Child
from handover.embedded.part import Part, Pauses
from handover.embedded.processes import PidFile
from handover.embedded.recipes import Recipe

_FAILED_STARTS = 3
_LOOK_SECONDS = 0.02
_KILLED_SECONDS = 10


class Interrupted(Exception):
    """Starting was broken off, because the crew was asked to end."""


@dataclass(frozen=True)
class Patience:
    """How long the crew waits, in seconds: for a part to be ready, and for one to end by itself.

    `given` is the time for a part that somebody else runs, which should be there already.
    """

    ready: float = 60
    end: float = 10
    given: float = 10


class Crew:
    """Starts, watches and ends parts. The log of a part is `<folder>/log/<name>.log`.

    Each call of `start` is a tier: its parts start side by side, and end before those of the tier
    that was started earlier.
    """

    def __init__(
        self, folder: Path, *, say: Callable[[str], None], patience: Patience, pauses: Pauses
    ) -> None:
        self._logs = folder / "log"
        self._say = say
        self._patience = patience
        self._pauses = pauses
        self._pids = PidFile(folder / "up.pids")
        self._tiers: list[list[Part]] = []
        self._interrupted = False

    @property
    def interrupted(self) -> bool:
        """Whether the crew was asked to end."""
        return self._interrupted

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the programs that run at the moment, by the names of their parts."""
        return {part.name: part.pid for part in self._parts() if part.pid is not None}

    def reap(self) -> None:
        """Kill what an earlier crew of this folder left behind."""
        if found := self._pids.reap():
            self._say(f"ended what an earlier run had left behind: {', '.join(found)}")

    def start(self, recipes: Sequence[Recipe], env: Mapping[str, str]) -> None:
        """Start parts and wait until all are ready.

        Raises Unavailable when one doesn't get ready, and Interrupted after `interrupt`.
        """
        self._logs.mkdir(mode=0o700, exist_ok=True)
        tier = [
            Part(
                recipe,
                env=env,
                logs=self._logs,
                say=self._say,
                started=self._record,
                pauses=self._pauses,
            )
            for recipe in recipes
        ]
        self._tiers.append(tier)
        for part in tier:
            part.start()
        deadline = time.monotonic() + self._patience.ready
        for part in tier:
            self._await_ready(part, deadline)

    def interrupt(self) -> None:
        """Break off a `start` that waits. Takes no lock: fit for signal handlers."""
        self._interrupted = True

    def stop(self) -> None:
        """End all parts, the last tier first: SIGTERM, and SIGKILL for what takes too long."""
        for tier in reversed(self._tiers):
            for part in tier:
                part.stop()
            deadline = time.monotonic() + self._patience.end
            for part in tier:
                self._await_end(part, deadline)
        self._pids.remove()

    def kill(self) -> None:
        """End all parts at once. Takes no lock: fit for signal handlers. `stop` must follow."""
        self._interrupted = True
        for part in self._parts():
            part.kill()

    def _parts(self) -> list[Part]:
        return [part for tier in self._tiers for part in tier]

    def _record(self, name: str, child: Child) -> None:
        self._pids.record(name, child.pid, child.guard_pid)

    def _await_ready(self, part: Part, deadline: float) -> None:
        while not part.ready.is_set():
            if self._interrupted:
                raise Interrupted
            if part.deaths >= _FAILED_STARTS:
                raise Unavailable(
                    f"{part.name} ended {part.deaths} times before it was ready. Its log"
                    f" ({part.log}) ends with: {part.last_line()}"
                )
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"{part.name} was not ready after {self._patience.ready:g} s. Its log"
                    f" ({part.log}) ends with: {part.last_line()}"
                )
            time.sleep(_LOOK_SECONDS)

    def _await_end(self, part: Part, deadline: float) -> None:
        if part.join(max(0, deadline - time.monotonic())):
            return
        self._say(f"{part.name} did not end by itself and is killed")
        part.kill()
        if not part.join(_KILLED_SECONDS):
            self._say(f"{part.name} (process {part.pid}) can't be killed")
