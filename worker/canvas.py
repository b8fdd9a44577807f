"""Canvases: the documented order of a workflow, published as a Celery chain from the cursor on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celery import chain
from celery.canvas import Signature
from kombu.exceptions import OperationalError
from sqlalchemy import Row

from domain.errors import Unavailable
from worker.broker import queue_length
from worker.journal import runs
from worker.runtime import journal
from worker.step import Step


class NotSent(Unavailable):
    """What was decided is recorded, but Redis can't be reached. Recovery sends `run` later."""

    code = "not-sent"

    def __init__(self, message: str, *, run: str) -> None:
        super().__init__(message)
        self.run = run


@dataclass(frozen=True)
class Canvas:
    """A workflow's steps in order. A changed order is a new version; old runs keep theirs."""

    workflow: str
    version: int
    steps: Sequence[Step]

    @property
    def step_names(self) -> list[str]:
        """The names of the steps, in order."""
        return [step.name for step in self.steps]

    @property
    def planning_position(self) -> int:
        """Where a run that is planned anew starts again."""
        return next(i for i, step in enumerate(self.steps) if step.plans)


_registry: dict[tuple[str, int], Canvas] = {}


def register(canvas: Canvas) -> Canvas:
    """Makes a canvas known to the engine. Each is registered once."""
    key = (canvas.workflow, canvas.version)
    if key in _registry:
        raise ValueError(f"canvas {key} is registered twice")
    _registry[key] = canvas
    return canvas


def canvas_for(workflow: str, version: int | None = None) -> Canvas:
    """A registered canvas; the newest one unless a version is named."""
    if version is None:
        version = max(v for name, v in _registry if name == workflow)
    return _registry[workflow, version]


def workflows() -> tuple[str, ...]:
    """The names of all registered workflows, in the order in which they were registered."""
    return tuple(dict.fromkeys(name for name, _ in _registry))


def publish(run_id: str, *, patient: bool) -> None:
    """Sends what remains of a run's canvas: a hint that the run can go on.

    `patient` keeps trying through a short outage; a command line tries once. Raises NotSent when
    Redis can't be reached, which loses nothing: recovery sends the run again.
    """
    with journal().read() as tx:
        run = runs.get(tx, run_id)
    messages = _messages(run)
    if not messages:
        return
    if not patient:
        # Celery would keep trying to connect for some seconds, whatever it is told.
        _require_redis(run_id)
    try:
        chain(*messages).apply_async(retry=patient)
    except (OperationalError, OSError):
        raise _not_sent(run_id) from None


def _messages(run: Row[Any]) -> list[Signature]:
    """What is left of the run's steps; somebody looks for a run that rests."""
    if run.state == "waiting":
        # A look may answer, and what follows from answers needs this module.
        from worker.watching import look  # noqa: PLC0415

        return [look.si(run.id)]
    rest = canvas_for(run.workflow, run.canvas_version).steps[run.cursor :]
    return [step.signature(run.id) for step in rest]


def _require_redis(run_id: str) -> None:
    try:
        queue_length()
    except Unavailable:
        raise _not_sent(run_id) from None


def _not_sent(run_id: str) -> NotSent:
    return NotSent(
        f"Redis can't be reached. Run {run_id} is recorded and goes on by itself when Redis and a"
        " worker are back; `handover doctor` looks at both.",
        run=run_id,
    )
