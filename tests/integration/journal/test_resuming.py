"""Having a run sent on: who may be disturbed, and who not."""

import pytest

from domain.errors import InvalidRequest
from tests.integration.journal.scene import QUESTION, STEPS, Scene
from worker import decisions
from worker.canvas import NotSent


@pytest.fixture
def sent(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that were published."""
    found: list[str] = []
    monkeypatch.setattr(decisions, "journal", lambda: scene.journal)
    monkeypatch.setattr(decisions, "publish", lambda run_id, **_: found.append(run_id))
    return found


def test_a_parked_run_is_due_at_once(scene: Scene, sent: list[str]) -> None:
    """It is sent, the event says by whom, and its message finds it claimable."""
    run = scene.open()
    rests_until = scene.clock.now + 600_000
    scene.park(scene.lease(run, STEPS[0]), rests_until)
    found = decisions.resume(run, by="lee")
    assert (found.sent, found.due_at) == (True, rests_until)
    assert sent == [run]
    assert scene.events(run)[-1]["kind"] == "run.resumed"
    assert scene.events(run)[-1]["actor"] == "lee"
    assert scene.lease(run, STEPS[0]).owner == "one"


def test_a_step_that_is_worked_on_is_left_alone(scene: Scene, sent: list[str]) -> None:
    """It is said by whom and until when; once the lease is over the run is sent."""
    run = scene.open()
    lease = scene.lease(run, STEPS[0], owner="host:7")
    found = decisions.resume(run, by="lee")
    assert (found.sent, found.worked_on_by, found.until) == (False, "host:7", lease.until)
    assert sent == []
    assert "run.resumed" not in scene.kinds(run)
    scene.clock.pass_(lease.until - scene.clock.now)
    assert decisions.resume(run, by="lee").sent
    assert sent == [run]


def test_a_question_and_an_end_are_left_alone(scene: Scene, sent: list[str]) -> None:
    """Neither is worked on, and nothing is sent or recorded."""
    waiting = scene.open()
    scene.wait(scene.lease(waiting, STEPS[0]), QUESTION)
    before = scene.kinds(waiting)
    assert decisions.resume(waiting, by="lee") == decisions.Resumed(sent=False)
    assert scene.kinds(waiting) == before
    scene.end(waiting)
    assert decisions.resume(waiting, by="lee") == decisions.Resumed(sent=False)
    assert sent == []


def test_a_run_that_could_not_be_sent_is_due(
    scene: Scene, sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery finds it: it is not parked any more, and due within the orphan time."""

    def dead(run_id: str, patient: bool) -> None:
        raise NotSent("no Redis", run=run_id)

    monkeypatch.setattr(decisions, "publish", dead)
    run = scene.open()
    scene.park(scene.lease(run, STEPS[0]), scene.clock.now + 600_000)
    with pytest.raises(NotSent):
        decisions.resume(run, by="lee")
    row = scene.run(run)
    assert not row.parked
    assert row.due_at <= scene.clock.now + 10_000


def test_there_is_no_such_run(scene: Scene, sent: list[str]) -> None:
    """It is said, and nothing is sent."""
    with pytest.raises(InvalidRequest):
        decisions.resume("ho-none", by="lee")
    assert sent == []
