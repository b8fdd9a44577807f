"""Stopping a worker at a named point of the product's own code (see worker/trips.py)."""

from pathlib import Path

from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess


class Trips:
    """The folder in which trips are set."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def set(self, step: str, point: str) -> None:
        """The next worker that comes by this point will stand still there."""
        for path in self.folder.iterdir():
            path.unlink()
        (self.folder / f"{step}.{point}").touch()

    def wait_hit(self, step: str, point: str) -> int:
        """Waits until a worker stands still, and returns the process id."""
        hit = self.folder / f"{step}.{point}.hit"

        def process_id() -> int | None:
            return int(hit.read_text() or 0) if hit.exists() else None

        return wait_until(process_id, 30, f"a worker at {step}.{point}") or 0

    def go(self, step: str, point: str) -> None:
        """Lets whoever stands still go on."""
        (self.folder / f"{step}.{point}.go").touch()


def worker_of(installation: Rehearsal, process_id: int) -> WorkerProcess:
    """The worker whose pool that process belongs to."""
    return next(w for w in installation.workers if w.alive and process_id in w.children())


def kill_and_replace(installation: Rehearsal, process_id: int) -> None:
    """`kill -9` of the whole worker, and a new one in its place, as a supervisor would do it."""
    worker_of(installation, process_id).kill9()
    installation.add_worker()
