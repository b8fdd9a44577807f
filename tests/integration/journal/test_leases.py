"""Leases: who may carry out the step at the cursor, and what becomes of the run."""

import pytest

from tests.integration.journal.crowd import in_processes, together
from tests.integration.journal.scene import (
    LEASE,
    ORPHAN,
    STEPS,
    Scene,
    make_vault,
    opening,
)
from worker.journal.database import Journal
from worker.journal.leases import Verdict

DONE, CLAIMED, REFUSED = Verdict.DONE, Verdict.CLAIMED, Verdict.REFUSED


def claim_in_process(url: str, run_id: str) -> bool:
    """Whether a process of its own gets the first step."""
    scene = Scene(Journal(url, make_vault()))
    return scene.claim(run_id, "verify")[0] is CLAIMED


def test_the_step_at_the_cursor_is_handed_out_with_a_fence(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    assert (lease.fence, lease.attempt, lease.round, lease.takeover) == (1, 1, 1, False)
    assert lease.until == scene.clock.now + LEASE
    run = scene.run(run_id)
    assert (run.state, run.lease_owner, run.lease_until, run.due_at, run.fence) == (
        "applying",
        "one",
        lease.until,
        lease.until,
        1,
    )
    assert scene.events(run_id)[-1]["data"] == {"attempt": 1, "takeover": False}


def test_no_other_step_is_handed_out(scene: Scene) -> None:
    run_id = scene.open()
    for step in (*STEPS[1:], "unknown"):
        assert scene.verdict(run_id, step) is REFUSED


def test_a_held_step_is_handed_out_to_nobody_else(scene: Scene) -> None:
    run_id = scene.open()
    scene.lease(run_id, "verify")
    assert scene.verdict(run_id, "verify", "two") is REFUSED
    assert scene.verdict(run_id, "verify", "one") is REFUSED
    assert scene.run(run_id).fence == 1


def test_of_many_deliveries_at_once_one_is_carried_out(journal: Journal) -> None:
    scene = Scene(journal)
    run_id = scene.open()
    results = together(lambda number: scene.verdict(run_id, "verify", f"w{number}"))
    assert sorted(str(r) for r in results) == sorted([str(CLAIMED)] + [str(REFUSED)] * 5)
    assert scene.run(run_id).fence == 1


def test_of_deliveries_in_several_processes_one_is_carried_out(journal: Journal, url: str) -> None:
    run_id = Scene(journal).open()
    assert sorted(in_processes(claim_in_process, url, run_id)) == [False, False, True]


def test_completing_moves_the_cursor_and_frees_the_lease(scene: Scene) -> None:
    run_id = scene.open()
    scene.complete(scene.lease(run_id, "verify"))
    run = scene.run(run_id)
    assert (run.cursor, run.lease_owner, run.lease_until, run.attempts) == (1, None, None, 0)
    assert run.due_at == scene.clock.now + ORPHAN
    assert scene.verdict(run_id, "plan") is CLAIMED


def test_a_late_holder_whom_nobody_replaced_may_still_complete(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.clock.pass_(10 * LEASE)
    scene.complete(lease)
    assert scene.run(run_id).cursor == 1


def test_extending_prolongs_what_is_ours(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.clock.pass_(LEASE - 1)
    assert scene.extend(lease)
    scene.clock.pass_(LEASE - 1)
    assert scene.verdict(run_id, "verify", "two") is REFUSED
    scene.clock.pass_(1)
    assert scene.verdict(run_id, "verify", "two") is CLAIMED


def test_extending_never_shortens(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.extend(lease, 10)
    assert scene.run(run_id).lease_until == lease.until


def test_a_parked_step_is_handed_out_when_it_is_due_and_not_before(scene: Scene) -> None:
    run_id = scene.open()
    scene.park(scene.lease(run_id, "verify"), scene.clock.now + 1000)
    assert scene.verdict(run_id, "verify") is REFUSED
    scene.clock.pass_(999)
    assert scene.verdict(run_id, "verify") is REFUSED
    scene.clock.pass_(1)
    lease = scene.lease(run_id, "verify")
    assert (lease.fence, lease.takeover) == (2, False)


@pytest.mark.parametrize(("counts", "attempt"), [(True, 2), (False, 1)])
def test_only_a_failed_try_counts_as_one(scene: Scene, counts: bool, attempt: int) -> None:
    run_id = scene.open()
    scene.park(scene.lease(run_id, "verify"), scene.clock.now, counts=counts)
    assert scene.lease(run_id, "verify").attempt == attempt


def test_tries_are_counted_per_step(scene: Scene) -> None:
    run_id = scene.open()
    scene.park(scene.lease(run_id, "verify"), scene.clock.now, counts=True)
    scene.complete(scene.lease(run_id, "verify"))
    assert scene.lease(run_id, "plan").attempt == 1


def test_a_waiting_or_ended_run_hands_out_nothing(scene: Scene) -> None:
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"))
    scene.clock.pass_(100 * LEASE)
    assert scene.verdict(run_id, "verify") is REFUSED
    ended = scene.open(opening(key="k2", claims=()))
    scene.end(ended)
    assert scene.verdict(ended, "verify") is REFUSED


def test_a_copy_of_the_last_done_step_may_go_on_once_the_chain_seems_lost(scene: Scene) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    assert scene.verdict(run_id, "verify") is REFUSED
    scene.clock.pass_(ORPHAN)
    assert scene.verdict(run_id, "verify") is DONE
    assert scene.verdict(run_id, "verify") is REFUSED, "one copy is enough"
    assert scene.verdict(run_id, "plan") is CLAIMED
    assert scene.kinds(run_id).count("step.claimed") == 2


def test_a_copy_of_an_earlier_done_step_never_goes_on(scene: Scene) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify", "plan")
    scene.clock.pass_(100 * LEASE)
    assert scene.verdict(run_id, "verify") is REFUSED
    assert scene.verdict(run_id, "plan") is DONE


def test_no_copy_goes_on_while_somebody_works(scene: Scene) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    scene.lease(run_id, "plan")
    assert scene.verdict(run_id, "verify") is REFUSED


def test_no_copy_goes_on_while_the_next_step_is_parked(scene: Scene) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    scene.park(scene.lease(run_id, "plan"), scene.clock.now + 100)
    scene.clock.pass_(100)
    assert scene.verdict(run_id, "verify") is REFUSED
    assert scene.verdict(run_id, "plan") is CLAIMED


def test_of_many_copies_of_the_last_done_step_one_goes_on(journal: Journal, scene: Scene) -> None:
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    scene.clock.pass_(ORPHAN)
    results = together(lambda _: scene.verdict(run_id, "verify"))
    assert results.count(DONE) == 1
    assert results.count(REFUSED) == 5
