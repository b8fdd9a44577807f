"""What cancelling does to a run, in each state that it can be in."""

import pytest

from domain import questions as ask
from domain.errors import InvalidRequest
from tests.integration.journal.crowd import together
from tests.integration.journal.deciding import answer, waiting
from tests.integration.journal.scene import LEASE, QUESTION, Scene, opening
from worker import decisions
from worker.journal.leases import LeaseLost


def test_a_run_that_has_written_nothing_ends_at_once(scene: Scene, published: list[str]) -> None:
    run_id = scene.open()
    assert decisions.cancel(run_id, by="kim", reason="no")
    run = scene.run(run_id)
    assert (run.state, run.result) == ("ended", "cancelled")
    assert scene.count("claims") == 0


def test_whoever_is_at_it_can_record_nothing_and_begin_no_write(
    scene: Scene, published: list[str]
) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    assert decisions.cancel(run_id, by="kim", reason="no")
    with pytest.raises(LeaseLost):
        scene.intend(lease)
    with pytest.raises(LeaseLost):
        scene.complete(lease)


def test_an_open_question_is_withdrawn(scene: Scene, published: list[str]) -> None:
    run_id = waiting(scene, QUESTION)
    assert decisions.cancel(run_id, by="kim", reason="no")
    assert "question.withdrawn" in scene.kinds(run_id)
    with pytest.raises(InvalidRequest, match="it is cancelled"):
        answer(run_id, "yes")


def test_after_a_write_cancelling_becomes_a_question_with_the_claims_kept(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, QUESTION, written=True)
    assert not decisions.cancel(run_id, by="kim", reason="no")
    run = scene.run(run_id)
    assert (run.state, run.reason, run.cancel_asked) == ("waiting", ask.HALF_APPLIED, True)
    assert scene.count("claims") == 2
    answer(run_id, "leave")
    assert scene.run(run_id).result == "cancelled"


def test_a_worker_that_is_writing_is_not_interrupted(scene: Scene, published: list[str]) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify", "plan")
    lease = scene.lease(run_id, "write")
    write_id = scene.intend(lease)
    assert not decisions.cancel(run_id, by="kim", reason="no")
    scene.settle(lease, write_id)
    scene.complete(lease)
    run = scene.run(run_id)
    assert (run.cancel_asked, run.state) == (True, "applying")


def test_where_the_worker_is_gone_the_question_is_asked_at_once(
    scene: Scene, published: list[str]
) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.intend(lease)
    scene.clock.pass_(LEASE)
    assert not decisions.cancel(run_id, by="kim", reason="no")
    assert scene.run(run_id).state == "waiting"
    with pytest.raises(LeaseLost):
        scene.complete(lease)


def test_planning_anew_takes_the_wish_to_cancel_back(scene: Scene, published: list[str]) -> None:
    run_id = waiting(scene, QUESTION, written=True)
    decisions.cancel(run_id, by="kim", reason="no")
    answer(run_id, "plan-anew")
    assert scene.run(run_id).cancel_asked is False


def test_cancelling_twice_asks_once_more_and_leaves_one_question(
    scene: Scene, published: list[str]
) -> None:
    run_id = waiting(scene, QUESTION, written=True)
    for _ in range(2):
        assert not decisions.cancel(run_id, by="kim", reason="no")
    with scene.journal.read() as tx:
        query = "SELECT count(*) FROM questions WHERE answered_at IS NULL"
        assert tx.conn.exec_driver_sql(query).scalar_one() == 1


def test_what_has_ended_is_not_cancelled(scene: Scene, published: list[str]) -> None:
    run_id = scene.open()
    scene.end(run_id, "proved")
    with pytest.raises(InvalidRequest, match="has ended already: proved"):
        decisions.cancel(run_id, by="kim", reason="no")


def test_cancelling_and_completing_at_once_leaves_one_truth(
    scene: Scene, published: list[str]
) -> None:
    run_id = scene.open(opening(step_names=("verify",)))
    lease = scene.lease(run_id, "verify")

    def work(number: int) -> object:
        if number:
            return decisions.cancel(run_id, by="kim", reason="no")
        scene.complete(lease)
        return None

    done, cancelled = together(work, 2)
    assert cancelled is True
    assert done is None or isinstance(done, LeaseLost)
    assert scene.run(run_id).result == "cancelled"
    assert scene.problems() == []
