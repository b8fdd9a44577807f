"""Questions whose time is over, on both databases and to the millisecond."""

from dataclasses import replace

import pytest

from domain.errors import InvalidRequest
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import QUESTION, Scene
from worker import expiry
from worker.journal import leases, questions

WEEK = 7 * 24 * 3600 * 1000


@pytest.fixture(autouse=True)
def this_journal(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expiry looks at the journal of the scene."""
    monkeypatch.setattr(expiry, "journal", lambda: scene.journal)


def waiting(scene: Scene, *, written: bool = False, lifetime: int = WEEK) -> str:
    """A run that asks a question at its first step."""
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    if written:
        scene.settle(lease, scene.intend(lease))
    with scene.journal.write() as tx:
        leases.wait(tx, lease, QUESTION, lifetime=lifetime)
    return run_id


def test_a_question_does_not_expire_before_its_time(scene: Scene) -> None:
    run_id = waiting(scene)
    scene.clock.pass_(WEEK - 1)
    expiry.expire_questions()
    assert scene.run(run_id).state == "waiting"
    scene.clock.pass_(1)
    expiry.expire_questions()
    run = scene.run(run_id)
    assert (run.state, run.result, run.reason) == ("ended", "cancelled", "expired")


def test_a_question_without_a_lifetime_waits_for_ever(scene: Scene) -> None:
    run_id = waiting(scene, lifetime=0)
    scene.clock.pass_(1000 * WEEK)
    expiry.expire_questions()
    assert scene.run(run_id).state == "waiting"


def test_an_expired_question_takes_no_answer_and_its_claims_are_free(scene: Scene) -> None:
    run_id = waiting(scene)
    scene.clock.pass_(WEEK)
    expiry.expire_questions()
    assert scene.kinds(run_id)[-2:] == ["question.expired", "run.ended"]
    assert scene.count("claims") == 0
    with pytest.raises(InvalidRequest, match="waits for no answer"), scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="late")


def test_after_a_write_it_is_overdue_once_and_can_still_be_answered(scene: Scene) -> None:
    run_id = waiting(scene, written=True)
    scene.clock.pass_(WEEK)
    for _ in range(3):
        expiry.expire_questions()
    assert scene.kinds(run_id).count("question.overdue") == 1
    assert scene.count("claims") == 2
    with scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="at last")
    assert scene.kinds(run_id)[-1] == "question.answered"


def test_several_workers_expire_it_once(scene: Scene) -> None:
    run_id = waiting(scene)
    scene.clock.pass_(WEEK)
    assert together(lambda _: expiry.expire_questions()) == [None] * 6
    assert scene.kinds(run_id).count("run.ended") == 1
    assert scene.problems() == []


def test_an_answer_in_time_is_not_undone(scene: Scene) -> None:
    run_id = waiting(scene)
    with scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="in time")
    scene.clock.pass_(WEEK)
    expiry.expire_questions()
    assert scene.run(run_id).result is None


def test_an_answer_counts_for_its_subject(scene: Scene) -> None:
    """Another question of the same kind does not find the answer."""
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"), replace(QUESTION, subject="7"))
    with scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="sure")
    with scene.journal.read() as tx:
        assert questions.answered(tx, run_id, 1) == {"may-we:7": "yes"}


def test_an_answer_after_the_end_does_not_count_although_no_worker_has_looked(
    scene: Scene,
) -> None:
    run_id = waiting(scene)
    scene.clock.pass_(WEEK)
    with pytest.raises(InvalidRequest, match="has expired"), scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="late")
