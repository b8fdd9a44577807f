"""A run that waits for somebody's word, and giving it."""

from domain.errors import Question
from tests.integration.journal.scene import Scene
from worker import decisions


def waiting(scene: Scene, question: Question, *, written: bool = False) -> str:
    """A run that waits at its third step, after a write or before one."""
    run_id = scene.open()
    scene.pass_steps(run_id, "verify", "plan")
    lease = scene.lease(run_id, "write")
    if written:
        scene.settle(lease, scene.intend(lease))
    scene.wait(lease, question)
    return run_id


def answer(run_id: str, given: str, plan: str | None = None) -> None:
    """Kim's answer."""
    decisions.answer(run_id, given, by="kim", reason="because", plan=plan)
