"""Scheduled jobs: one row per job and time slot, so that a second beat does no harm."""

from config.schedule import Job
from tests.integration.journal.crowd import together
from tests.integration.journal.scene import Scene
from worker.beats import take_slot
from worker.journal.database import Journal


def take(journal: Journal, job: str = "job", seconds: float = 60) -> bool:
    """Whether this beat got the current slot."""
    with journal.write() as tx:
        return take_slot(tx, job, Job(job, seconds).slot(tx.now))


def test_a_slot_is_taken_once(scene: Scene) -> None:
    scene.clock.now = 60_000 * 1000
    assert take(scene.journal)
    assert not take(scene.journal)
    scene.clock.pass_(59_999)
    assert not take(scene.journal)
    scene.clock.pass_(1)
    assert take(scene.journal)


def test_each_job_has_slots_of_its_own(scene: Scene) -> None:
    assert take(scene.journal, "one")
    assert take(scene.journal, "two")


def test_what_else_the_transaction_does_survives_a_slot_that_is_taken(scene: Scene) -> None:
    assert take(scene.journal)
    with scene.journal.write() as tx:
        slot = Job("job", 60).slot(tx.now)
        assert not take_slot(tx, "job", slot)
        assert take_slot(tx, "another", slot)
    assert scene.count("slots") == 2


def test_of_many_beats_at_once_one_gets_the_slot(journal: Journal, scene: Scene) -> None:
    results = together(lambda _: take(journal))
    assert sorted(map(str, results)) == ["False"] * 5 + ["True"]
