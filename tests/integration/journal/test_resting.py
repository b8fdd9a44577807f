"""Runs that rest: they hold nothing, wake as a whole, and make room for who comes later."""

from functools import partial
from typing import Any

import pytest

from domain.errors import InvalidRequest, Locked
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import Scene, opening, other
from worker.journal import questions, resting, runs
from worker.journal.database import Journal
from worker.journal.runs import Opening

ACCOUNT = "A00000001"
EVERY = 60_000


def resting_run(scene: Scene) -> str:
    """A run that waits at its first step and rests."""
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.wait(lease)
    with scene.journal.write() as tx:
        resting.rest(tx, run_id, actor="one", look_at=tx.now + EVERY)
    return run_id


def later(**changed: Any) -> Opening:
    """A request for the same account that takes the place of whoever rests there."""
    return other(2, **{"supersedes": True, "claims": (("account", ACCOUNT),), **changed})


def wake(scene: Scene, run_id: str) -> None:
    """An answer after which the run goes on."""
    with scene.journal.write() as tx:
        questions.answer(tx, run_id, "yes", by="kim", reason="seen")
        resting.wake(tx, run_id, actor="kim")
        runs.send_on(tx, run_id, orphan_milliseconds=1)


def take_look(scene: Scene, run_id: str, seconds: int = 30) -> bool:
    """The right to look, for some seconds."""
    with scene.journal.write() as tx:
        runs.lock(tx, run_id)
        return resting.take_look(tx, run_id, tx.now + seconds * 1000)


def test_a_resting_run_holds_nothing(scene: Scene) -> None:
    run_id = resting_run(scene)
    assert (scene.count("claims"), scene.count("resting")) == (0, 2)
    run = scene.run(run_id)
    assert (run.state, run.lease_owner, run.parked) == ("waiting", None, True)
    assert run.due_at == scene.clock.now + EVERY


def test_it_takes_again_what_it_held(scene: Scene) -> None:
    run_id = resting_run(scene)
    wake(scene, run_id)
    assert (scene.count("claims"), scene.count("resting")) == (2, 0)
    with pytest.raises(Locked) as caught:
        scene.open(later())
    assert caught.value.holder == run_id
    assert scene.kinds(run_id)[-3:] == ["run.rests", "question.answered", "run.woke"]


def test_it_rests_on_while_another_run_holds_what_it_needs(scene: Scene) -> None:
    run_id = resting_run(scene)
    holder = scene.open(later(supersedes=False))
    with pytest.raises(Locked) as caught:
        wake(scene, run_id)
    assert caught.value.holder == holder
    assert scene.run(run_id).state == "waiting"
    assert (scene.count("claims"), scene.count("resting")) == (1, 2)
    scene.end(holder)
    wake(scene, run_id)
    assert scene.count("claims") == 2


def test_a_later_run_takes_its_place(scene: Scene) -> None:
    run_id = resting_run(scene)
    successor = scene.open(later(account="a00000001", claims=(("account", "a00000001"),)))
    run = scene.run(run_id)
    assert (run.state, run.result, run.reason) == ("ended", "cancelled", "superseded")
    assert successor in run.summary
    assert scene.count("resting") == 0
    with pytest.raises(InvalidRequest, match="waits for no answer"):
        wake(scene, run_id)
    assert scene.problems() == []


def test_a_later_run_that_is_not_opened_takes_nobodys_place(scene: Scene) -> None:
    """In one transaction: where something else locks the later run out, the earlier one rests."""
    run_id = resting_run(scene)
    scene.open(other(3, claims=(("person", "held@quux.test"),)))
    wanted = (("account", ACCOUNT), ("person", "held@quux.test"))
    with pytest.raises(Locked):
        scene.open(later(claims=wanted))
    assert scene.run(run_id).state == "waiting"
    assert scene.count("resting") == 2


def test_a_run_of_the_same_person_on_another_account_takes_nobodys_place(scene: Scene) -> None:
    run_id = resting_run(scene)
    [person] = [subject for subject in opening().claims if subject[0] == "person"]
    assert scene.open(later(claims=(("account", "A2"), person)))
    assert scene.run(run_id).state == "waiting"


def test_a_run_that_holds_its_claims_is_not_superseded(scene: Scene) -> None:
    run_id = scene.open()
    with pytest.raises(Locked) as caught:
        scene.open(later())
    assert caught.value.holder == run_id
    assert scene.run(run_id).result is None


def test_the_end_of_a_resting_run_is_forgotten_with_it(scene: Scene) -> None:
    run_id = resting_run(scene)
    scene.end(run_id)
    assert scene.count("resting") == 0
    assert not take_look(scene, run_id)


def test_of_an_answer_and_a_later_run_at_once_one_wins(journal: Journal) -> None:
    """Never both: either the run goes on and locks the later one out, or it was superseded."""
    scene = Scene(journal)
    for attempt in range(5):
        claims = (("account", f"B{attempt}"), ("person", f"b{attempt}@quux.test"))
        run_id = scene.open(other(100 + attempt, claims=claims))
        scene.wait(scene.lease(run_id, "verify"))
        with journal.write() as tx:
            resting.rest(tx, run_id, actor="one", look_at=tx.now + EVERY)
        asked = later(key=f"later-{attempt}", claims=claims[:1])
        woken, opened = together(partial(_wake_or_open, scene, run_id, asked), 2)
        superseded = scene.run(run_id).reason == "superseded"
        if superseded:
            assert isinstance(woken, InvalidRequest)
            assert isinstance(opened, str)
        else:
            assert woken is None
            assert isinstance(opened, Locked)
            assert opened.holder == run_id
    assert scene.problems() == []


def _wake_or_open(scene: Scene, run_id: str, asked: Opening, number: int) -> str | None:
    if number:
        return scene.open(asked)
    wake(scene, run_id)
    return None


def test_of_several_later_runs_one_takes_the_place(journal: Journal) -> None:
    scene = Scene(journal)
    run_id = resting_run(scene)
    results = together(lambda number: scene.open(later(key=f"k{number}")))
    opened = [result for result in results if isinstance(result, str)]
    assert len(opened) == 1
    assert {e.holder for e in results if isinstance(e, Locked)} == set(opened)
    assert scene.kinds(run_id).count("run.ended") == 1
    assert scene.problems() == []


def test_a_look_is_taken_once(scene: Scene) -> None:
    run_id = resting_run(scene)
    assert not take_look(scene, run_id)
    scene.clock.pass_(EVERY)
    results = together(lambda _: take_look(scene, run_id))
    assert sorted(map(bool, results)) == [False] * 5 + [True]


def test_a_look_whose_worker_vanished_is_taken_again(scene: Scene) -> None:
    run_id = resting_run(scene)
    scene.clock.pass_(EVERY)
    assert take_look(scene, run_id, seconds=30)
    scene.clock.pass_(29_999)
    assert not take_look(scene, run_id)
    scene.clock.pass_(1)
    assert take_look(scene, run_id)


def test_a_look_that_recovery_sent_is_taken(scene: Scene) -> None:
    """Recovery puts the next sending off; the message that it sent may look all the same."""
    run_id = resting_run(scene)
    scene.clock.pass_(EVERY)
    scene.execute("UPDATE runs SET due_at = due_at + 5000, parked = false")
    assert take_look(scene, run_id)


def test_an_ordinary_question_is_not_looked_for(scene: Scene) -> None:
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"))
    scene.clock.pass_(10 * EVERY)
    assert not take_look(scene, run_id)
