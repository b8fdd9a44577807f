"""What a step leaves to be recorded is recorded with its completion or before its failure."""

from contextlib import suppress
from typing import Any

import pytest
from celery.exceptions import Ignore

from domain.errors import Transient
from tests.integration.journal.scene import Scene
from worker import failures
from worker import step as steps
from worker.context import StepContext
from worker.journal import leases
from worker.step import Body, Details, deliver
from worker.step import step as engine_step

DETAILS: Details = {"title": "Verify", "phase": "verifying", "rules": ()}


@pytest.fixture
def here(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The engine works on this scene's journal."""
    for module in (steps, failures):
        monkeypatch.setattr(module, "journal", lambda: scene.journal)
    return scene


def _carry_out(scene: Scene, body: Body) -> list[str]:
    run_id = scene.open()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "__name__", "verify")
        step = engine_step(**DETAILS)(body)
    with suppress(Ignore):
        deliver(step, run_id)
    return [kind for kind in scene.kinds(run_id) if kind.startswith(("step", "left"))]


def _leave(context: StepContext, name: str) -> None:
    def record(tx: Any) -> None:
        leases.record(tx, context.lease, f"left.{name}", {})

    context.leave(record)


def test_it_is_recorded_before_the_completion(here: Scene) -> None:
    def body(context: StepContext) -> str:
        _leave(context, "one")
        _leave(context, "two")
        return ""

    assert _carry_out(here, body) == ["step.claimed", "left.one", "left.two", "step.done"]


def test_it_is_recorded_before_a_failure(here: Scene) -> None:
    def body(context: StepContext) -> str:
        _leave(context, "one")
        raise Transient("not now")

    assert _carry_out(here, body) == ["step.claimed", "left.one", "step.parked"]
