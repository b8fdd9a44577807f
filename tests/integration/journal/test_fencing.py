"""Fencing: a worker whose step has passed to another can record nothing, wherever it tries."""

from collections.abc import Callable
from typing import Any

import pytest

from config.settings import Settings
from domain.errors import Stale, Transient
from domain.plan import Plan
from tests.integration.journal.scene import LEASE, ORPHAN, QUESTION, Scene
from worker import failures
from worker.context import StepContext
from worker.failures import Later
from worker.journal import leases, writes
from worker.journal.database import Tx
from worker.journal.leases import Lease, LeaseLost

Act = Callable[[Tx, Lease], object]
PLAN = Plan(
    workflow="change-contact",
    account_number="A1",
    zuora_account_id="a",
    billing_account_id="7",
    pinned_contact_id="z1",
    pinned_customer_id="11",
    new_customer_id="22",
    changes=(),
    expectations=(),
)
IN_THE_JOURNAL: dict[str, Act] = {
    "check": leases.check,
    "complete": lambda tx, lease: leases.complete(tx, lease, orphan_milliseconds=ORPHAN),
    "park": lambda tx, lease: leases.park(tx, lease, until=tx.now, why="x", counts=True),
    "wait": lambda tx, lease: leases.wait(tx, lease, QUESTION),
    "end": lambda tx, lease: leases.end(tx, lease, "failed", reason="x", summary="x"),
    "intend": lambda tx, lease: writes.intend(tx, lease, "another", milliseconds=1000),
    "settle": lambda tx, lease: writes.settle(tx, lease, f"{lease.run_id}.1.change.1", "done"),
    "note-unneeded": lambda tx, lease: writes.note_unneeded(tx, lease, "change"),
}
IN_THE_CONTEXT: dict[str, Callable[[StepContext], object]] = {
    "seal": lambda context: context.seal("pinned", {"a": 1}),
    "note": lambda context: context.note("evidence.accepted", rule="V1"),
    "claim": lambda context: context.claim((("account", "more"),)),
    "record-plan": lambda context: context.record_plan(PLAN),
}
HOW: dict[str, Callable[[Scene, Lease], None]] = {
    "taken over": lambda scene, lease: _take_over(scene, lease.run_id),
    "given back": lambda scene, lease: scene.park(lease, scene.clock.now + LEASE),
    "waiting": lambda scene, lease: scene.wait(lease),
    "ended": lambda scene, lease: scene.end(lease.run_id),
}


def _take_over(scene: Scene, run_id: str) -> None:
    scene.clock.pass_(LEASE)
    scene.lease(run_id, "verify", "two")


def everything(scene: Scene) -> dict[str, list[Any]]:
    """All that is recorded."""
    tables = ("runs", "steps", "claims", "writes", "events", "sealed", "questions")
    with scene.journal.read() as tx:
        return {
            table: sorted(tx.conn.exec_driver_sql(f"SELECT * FROM {table}").all(), key=str)
            for table in tables
        }


def lost(scene: Scene, how: str) -> Lease:
    """A lease that is no longer good; its holder had begun a write."""
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.intend(lease)
    HOW[how](scene, lease)
    return lease


@pytest.mark.parametrize("how", HOW)
def test_a_lost_lease_records_nothing_in_the_journal(scene: Scene, how: str) -> None:
    lease = lost(scene, how)
    before = everything(scene)
    for name, act in IN_THE_JOURNAL.items():
        assert _loses(scene, act, lease), name
        assert everything(scene) == before, name


@pytest.mark.parametrize("how", HOW)
def test_a_lost_lease_records_nothing_through_the_step(scene: Scene, how: str) -> None:
    lease = lost(scene, how)
    before = everything(scene)
    context = StepContext(lease, scene.journal, Settings())
    for name, act in IN_THE_CONTEXT.items():
        with pytest.raises(LeaseLost):
            act(context)
        assert everything(scene) == before, name


def _loses(scene: Scene, act: Act, lease: Lease) -> bool:
    try:
        with scene.journal.write() as tx:
            act(tx, lease)
    except LeaseLost:
        return True
    return False


@pytest.mark.parametrize("how", HOW)
def test_a_lost_lease_is_not_prolonged(scene: Scene, how: str) -> None:
    lease = lost(scene, how)
    before = everything(scene)
    assert not scene.extend(lease)
    assert everything(scene) == before


@pytest.mark.parametrize("error", [Stale("x"), Transient("x"), Later(5, "x"), ValueError("x")])
def test_a_lost_lease_settles_no_failure(
    scene: Scene, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "journal", lambda: scene.journal)
    lease = lost(scene, "taken over")
    before = everything(scene)
    with pytest.raises(LeaseLost):
        failures.settle("Title", lease, error)
    assert everything(scene) == before


def test_a_lease_that_has_run_out_begins_no_write_even_if_nobody_took_over(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    scene.clock.pass_(LEASE)
    before = everything(scene)
    with pytest.raises(LeaseLost, match="run out"):
        scene.intend(lease)
    assert everything(scene) == before


def test_a_lease_of_the_same_fence_in_another_name_is_not_ours(scene: Scene) -> None:
    run_id = scene.open()
    lease = scene.lease(run_id, "verify")
    stranger = Lease(
        run_id=run_id,
        workflow=lease.workflow,
        step=lease.step,
        fence=lease.fence,
        owner="stranger",
        until=lease.until,
        attempt=1,
        round=1,
        takeover=False,
    )
    with pytest.raises(LeaseLost):
        scene.complete(stranger)


def test_the_new_holder_records_what_the_old_one_began(scene: Scene) -> None:
    run_id = scene.open()
    write_id = scene.intend(scene.lease(run_id, "verify"))
    scene.clock.pass_(LEASE)
    second = scene.lease(run_id, "verify", "two")
    scene.settle(second, write_id, "found")
    [write] = scene.writes(run_id)
    assert (write.outcome, write.fence) == ("found", 1)
    assert scene.events(run_id)[-1]["fence"] == second.fence
