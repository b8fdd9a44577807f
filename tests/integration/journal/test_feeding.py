"""Feeding: what recovery may send again, who of many scanners sends it, and how often."""

from tests.integration.journal.crowd import together
from tests.integration.journal.scene import LEASE, ORPHAN, Scene, other
from worker.journal import feeding
from worker.journal.database import Journal


def due(scene: Scene, *, parked: bool = False, limit: int = 10, late_by: int = 0) -> list[str]:
    """What is due now."""
    with scene.journal.read() as tx:
        return list(feeding.due(tx, parked=parked, limit=limit, late_by=late_by))


def take(scene: Scene, run_id: str, gap: int = ORPHAN) -> bool:
    """Whether one gets the right to send it."""
    with scene.journal.write() as tx:
        return feeding.take(tx, run_id, gap=gap)


def test_a_new_run_is_due_when_its_first_message_must_have_been_lost(scene: Scene) -> None:
    run_id = scene.open()
    assert due(scene) == []
    scene.clock.pass_(ORPHAN - 1)
    assert due(scene) == []
    scene.clock.pass_(1)
    assert due(scene) == [run_id]


def test_a_held_step_is_due_at_the_end_of_its_lease(scene: Scene) -> None:
    run_id = scene.open()
    scene.lease(run_id, "verify")
    scene.clock.pass_(LEASE - 1)
    assert due(scene) == []
    scene.clock.pass_(1)
    assert due(scene) == [run_id]


def test_parked_and_orphaned_runs_are_told_apart(scene: Scene) -> None:
    orphan, parked = scene.open(other(1)), scene.open(other(2))
    scene.park(scene.lease(parked, "verify"), scene.clock.now + 10)
    scene.clock.pass_(ORPHAN)
    assert due(scene) == [orphan]
    assert due(scene, parked=True) == [parked]


def test_waiting_and_ended_runs_are_never_due(scene: Scene) -> None:
    waiting, ended = scene.open(other(1)), scene.open(other(2))
    scene.wait(scene.lease(waiting, "verify"))
    scene.end(ended)
    scene.clock.pass_(1000 * LEASE)
    assert due(scene) + due(scene, parked=True) == []
    assert not take(scene, waiting)
    assert not take(scene, ended)


def test_the_longest_waiting_come_first_and_only_so_many(scene: Scene) -> None:
    opened = []
    for number in range(4):
        opened.append(scene.open(other(number)))
        scene.clock.pass_(1)
    scene.clock.pass_(ORPHAN)
    assert due(scene, limit=2) == opened[:2]


def test_only_those_that_are_late_enough_are_due_when_asked_so(scene: Scene) -> None:
    early = scene.open(other(1))
    scene.clock.pass_(1000)
    scene.open(other(2))
    scene.clock.pass_(ORPHAN)
    assert due(scene, late_by=1000) == [early]


def test_what_was_taken_is_not_due_again_until_growing_gaps_have_passed(scene: Scene) -> None:
    run_id = scene.open()
    scene.clock.pass_(ORPHAN)
    gaps = []
    for _ in range(6):
        assert take(scene, run_id)
        assert not take(scene, run_id)
        gaps.append(scene.run(run_id).due_at - scene.clock.now)
        scene.clock.pass_(gaps[-1])
    assert gaps == [ORPHAN * factor for factor in (1, 2, 4, 8, 8, 8)]


def test_a_step_forward_makes_the_gaps_short_again(scene: Scene) -> None:
    run_id = scene.open()
    for _ in range(3):
        scene.clock.pass_(8 * ORPHAN)
        assert take(scene, run_id)
    scene.pass_steps(run_id, "verify")
    scene.clock.pass_(ORPHAN)
    assert take(scene, run_id)
    assert scene.run(run_id).due_at == scene.clock.now + ORPHAN


def test_taking_a_parked_run_makes_it_an_ordinary_one(scene: Scene) -> None:
    run_id = scene.open()
    scene.park(scene.lease(run_id, "verify"), scene.clock.now)
    assert take(scene, run_id)
    assert due(scene, parked=True) == []
    scene.clock.pass_(ORPHAN)
    assert due(scene) == [run_id]


def test_a_run_that_was_claimed_meanwhile_is_not_sent(scene: Scene) -> None:
    run_id = scene.open()
    scene.clock.pass_(ORPHAN)
    assert due(scene) == [run_id]
    scene.lease(run_id, "verify")
    assert not take(scene, run_id)


def test_of_many_scanners_one_sends(journal: Journal, scene: Scene) -> None:
    run_id = scene.open()
    scene.clock.pass_(ORPHAN)
    results = together(lambda _: take(scene, run_id))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
