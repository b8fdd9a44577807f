"""Taking over: only after the lease, and never while a write that was begun may still land."""

import pytest

from domain.errors import Defect
from tests.integration.journal.scene import LEASE, Scene, other
from worker.journal import runs
from worker.journal.leases import Verdict

CLAIMED, REFUSED = Verdict.CLAIMED, Verdict.REFUSED


def test_a_step_is_taken_over_at_the_end_of_its_lease_and_not_before(scene: Scene) -> None:
    run_id = scene.open()
    scene.lease(run_id, "verify")
    scene.clock.pass_(LEASE - 1)
    assert scene.verdict(run_id, "verify", "two") is REFUSED
    scene.clock.pass_(1)
    lease = scene.lease(run_id, "verify", "two")
    assert (lease.fence, lease.takeover, lease.attempt) == (2, True, 2), "a vanished try has failed"
    assert scene.events(run_id)[-1]["data"]["takeover"] is True


def test_an_intent_prolongs_the_lease_to_its_deadline(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.clock.pass_(LEASE - 1)
    scene.intend(lease, milliseconds=20_000)
    scene.clock.pass_(19_999)
    assert scene.verdict(run_id, "verify", "two") is REFUSED
    scene.clock.pass_(1)
    assert scene.verdict(run_id, "verify", "two") is CLAIMED


def test_an_intent_does_not_shorten_the_lease(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.intend(lease, milliseconds=10)
    assert scene.run(run_id).lease_until == lease.until


def test_a_heartbeat_does_not_take_the_time_away_that_an_intent_needs(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify", milliseconds=1_000)
    scene.intend(lease, milliseconds=20_000)
    assert scene.extend(lease, 1_000)
    scene.clock.pass_(19_999)
    assert scene.verdict(run_id, "verify", "two") is REFUSED


def test_giving_a_step_back_does_not_open_it_before_the_deadline(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.intend(lease, milliseconds=20_000)
    scene.park(lease, scene.clock.now)
    assert scene.verdict(run_id, "verify") is REFUSED
    run = scene.run(run_id)
    assert (run.parked, run.due_at) == (True, scene.clock.now + 20_000)
    scene.clock.pass_(20_000)
    assert scene.verdict(run_id, "verify") is CLAIMED


def test_a_quick_answer_does_not_open_a_step_before_the_deadline(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.intend(lease, milliseconds=20_000)
    scene.wait(lease)
    with scene.journal.write() as tx:
        runs.send_on(tx, run_id, orphan_milliseconds=5_000)
    scene.clock.pass_(19_999)
    assert scene.verdict(run_id, "verify") is REFUSED
    scene.clock.pass_(1)
    assert scene.verdict(run_id, "verify") is CLAIMED


def test_a_settled_write_keeps_nobody_waiting(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.settle(lease, scene.intend(lease), "not-landed")
    scene.park(lease, scene.clock.now)
    assert scene.verdict(run_id, "verify") is CLAIMED


def test_a_write_has_an_intent_before_and_one_outcome_after(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    write_id = scene.intend(lease)
    scene.settle(lease, write_id)
    assert scene.kinds(run_id)[-2:] == ["write.intended", "write.outcome"]
    with pytest.raises(Defect, match="not open"):
        scene.settle(lease, write_id, "not-landed")
    [write] = scene.writes(run_id)
    assert write.outcome == "done"
    assert scene.kinds(run_id).count("write.outcome") == 1


def test_a_write_of_another_run_is_not_ours_to_settle(scene: Scene) -> None:
    first, second = scene.open(other(1)), scene.open(other(2))
    write_id = scene.intend(scene.lease(first, "verify"))
    with pytest.raises(Defect):
        scene.settle(scene.lease(second, "verify"), write_id)
    assert scene.writes(first)[0].outcome is None


def test_tries_of_one_change_are_numbered(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    for outcome in ("not-landed", "done"):
        scene.settle(lease, scene.intend(lease), outcome)
        scene.clock.pass_(1)
    scene.settle(lease, scene.intend(lease, "another"))
    assert [(w.change_id, w.attempt, w.outcome) for w in scene.writes(run_id)] == [
        ("change", 1, "not-landed"),
        ("change", 2, "done"),
        ("another", 1, "done"),
    ]
    assert scene.run(run_id).writes == 3
    assert scene.run(run_id).last_write_at == scene.clock.now


def test_what_a_new_round_supersedes_may_have_landed_as_late_as_its_deadline(scene: Scene) -> None:
    """The quiet time before the proof counts from there, not from the intent."""
    run_id = scene.open()
    scene.intend(scene.lease(run_id, "verify"), milliseconds=20_000)
    scene.execute("UPDATE runs SET round = 2, lease_owner = NULL, lease_until = NULL")
    intended = scene.clock.now
    scene.clock.pass_(LEASE)
    scene.lease(run_id, "verify", "two")
    assert scene.run(run_id).last_write_at == intended + 20_000
    assert scene.problems() == []
