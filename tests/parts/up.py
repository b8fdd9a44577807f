"""`handover up` as a process of its own, with stubs in the place of sandbox, workers and beat."""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dotenv import dotenv_values

from domain.errors import HandoverError
from handover.embedded.child import Child
from handover.embedded.crew import Patience
from handover.embedded.part import Pauses
from handover.embedded.recipes import Programs
from handover.embedded.supervisor import Options
from handover.up import run_up
from tests.parts.environment import child_environment
from tests.parts.family import Known, descendants
from tests.parts.waiting import wait_until

_STUB = (sys.executable, str(Path(__file__).with_name("stub.py")))
STUBS = Programs(sandbox=(*_STUB, "sandbox"), worker=(*_STUB, "worker"), beat=(*_STUB, "beat"))


class UpProcess:
    """A running `up` on `folder`; its status lines are in `output()`."""

    def __init__(self, folder: Path, env: Mapping[str, str], end_seconds: float) -> None:
        self.folder = folder
        self.events_path = folder.with_name(f"{folder.name}.events")
        self._log = folder.with_name(f"{folder.name}.up.log")
        environment = child_environment({"STUB_EVENTS": str(self.events_path), **env})
        command = [sys.executable, "-m", "tests.parts.up", str(folder), str(end_seconds)]
        self._child = Child(command, log=self._log, env=environment)
        self.pid = self._child.pid

    def wait_ready(self) -> dict[str, str]:
        """Wait for `up.env` and return its content."""
        path = self.folder / "up.env"
        wait_until(lambda: path.exists() or not self._child.alive, 60, self.output)
        assert path.exists(), self.output()
        return {name: value or "" for name, value in dotenv_values(path).items()}

    def wait(self) -> int:
        """The exit status, once it has ended."""
        status = self._child.wait(60)
        assert status is not None, self.output()
        return status

    def signal(self, number: int) -> None:
        """Send a signal to `up` alone."""
        os.kill(self.pid, number)

    def signal_group(self, number: int) -> None:
        """Send a signal to the whole process group, as a terminal does on Ctrl-C."""
        os.killpg(self.pid, number)

    def descendants(self) -> list[Known]:
        """All processes that `up` has started, directly or not."""
        return descendants(self.pid)

    def parts(self) -> dict[str, tuple[int, int]]:
        """Process ids of program and guard, by the name of the part."""
        found = json.loads((self.folder / "up.pids").read_text())
        return {name: (program[0], guard[0]) for name, (program, guard) in found.items()}

    def output(self) -> str:
        """Its status lines so far."""
        return self._log.read_text() if self._log.exists() else ""

    def events(self) -> list[str]:
        """What the stubs have noted so far."""
        return self.events_path.read_text().splitlines() if self.events_path.exists() else []

    def close(self) -> None:
        """Kill it, and with it every part."""
        self._child.close()


@contextmanager
def up_process(
    folder: Path, env: Mapping[str, str] | None = None, *, end_seconds: float = 30
) -> Iterator[UpProcess]:
    """An `up` with two workers; a part gets `end_seconds` to end by itself."""
    up = UpProcess(folder, env or {}, end_seconds)
    try:
        yield up
    finally:
        up.close()


def stub_options(**changes: object) -> Options:
    """Options with stubs, short pauses, and a patience that no test needs to wait for."""
    values: dict[str, object] = {
        "programs": STUBS,
        "pauses": Pauses(first=0.05, longest=0.2),
        "patience": Patience(ready=60, end=30),
    }
    return Options(**{**values, **changes})  # type: ignore[arg-type]


def _main() -> int:
    # A shell that starts us in the background makes us ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = stub_options(workers=2, patience=Patience(ready=60, end=float(sys.argv[2])))
    try:
        return run_up(Path(sys.argv[1]), options)
    except HandoverError as error:
        print(error, file=sys.stderr)
        return 69


if __name__ == "__main__":
    sys.exit(_main())
