"""Remote writes: an intent before each, an outcome after each."""

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from domain.errors import Defect, NeedsPerson
from domain.questions import half_applied
from worker.journal import leases
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.leases import Lease, LeaseLost
from worker.journal.schema import writes

LANDED = ("done", "found", "differs")
"""Outcomes of a write that reached the other system."""
NOTHING_DONE = ("refused", "not-landed")
"""Outcomes of a write that surely did not. Of any other, or of none, nobody can say that."""


# Built once: to build a statement costs more than to run it.
_ADD = insert(writes)
_SETTLE = update(writes).where(
    writes.c.id == bindparam("which"),
    writes.c.run_id == bindparam("run"),
    writes.c.outcome.is_(None),
)
_OF_CHANGE = (
    select(writes)
    .where(
        writes.c.run_id == bindparam("run"),
        writes.c.round == bindparam("in_round"),
        writes.c.change_id == bindparam("change"),
    )
    .order_by(writes.c.attempt)
)
_OF_RUN = (
    select(writes)
    .where(writes.c.run_id == bindparam("run"))
    .order_by(writes.c.intended_at, writes.c.attempt)
)


def intend(tx: Tx, lease: Lease, change_id: str, *, milliseconds: int) -> str:
    """Records that a write is about to be sent, and returns its id.

    The lease has to be alive and is prolonged beyond the call's deadline, so that nobody takes the
    step over while the call may still land. Raises LeaseLost, and NeedsPerson once somebody has
    asked to cancel the run.
    """
    run = leases.check(tx, lease)
    if run.lease_until <= tx.now:
        raise LeaseLost(f"The lease on step {lease.step} of {lease.run_id} has run out.")
    if run.cancel_asked:
        raise NeedsPerson(half_applied("somebody asked to cancel it."))
    attempt = len(of_change(tx, lease, change_id)) + 1
    write_id = f"{lease.run_id}:{lease.round}:{change_id}:{attempt}".replace(":", ".")
    deadline = tx.now + milliseconds
    row = {
        "id": write_id,
        "run_id": lease.run_id,
        "step": lease.step,
        "change_id": change_id,
        "round": lease.round,
        "attempt": attempt,
        "fence": lease.fence,
        "intended_at": tx.now,
        "deadline_at": deadline,
    }
    tx.conn.execute(_ADD, row)
    until = max(run.lease_until, deadline)
    changes = {
        "writes": run.writes + 1,
        "last_write_at": tx.now,
        "lease_until": until,
        "due_at": until,
    }
    data = {"write": write_id, "deadline": deadline}
    leases.record(tx, lease, "write.intended", data, changes)
    return write_id


def settle(tx: Tx, lease: Lease, write_id: str, outcome: str, note: str = "") -> None:
    """Records what became of a write, once. Raises LeaseLost."""
    leases.check(tx, lease)
    values = {"outcome": outcome, "settled_at": tx.now}
    settled = tx.conn.execute(_SETTLE, {"which": write_id, "run": lease.run_id, **values})
    if not settled.rowcount:
        raise Defect(f"Write {write_id} is not open in this run.", code="not-open")
    # It may have landed long after it was intended, and the quiet time counts from then.
    changes = {"last_write_at": tx.now} if outcome in LANDED else {}
    data = {"write": write_id, "outcome": outcome, "note": note}
    leases.record(tx, lease, "write.outcome", data, changes)


def of_change(tx: Tx, lease: Lease, change_id: str) -> list[Row[Any]]:
    """Every try of one change in this round, oldest first."""
    wanted = {"run": lease.run_id, "in_round": lease.round, "change": change_id}
    return list(tx.conn.execute(_OF_CHANGE, wanted).all())


def of_run(tx: Tx, run_id: str) -> list[Row[Any]]:
    """Every write a run began, oldest first."""
    return list(tx.conn.execute(_OF_RUN, {"run": run_id}).all())


def abandon(tx: Tx, run_id: str, *, actor: str) -> None:
    """Closes what nobody will look into any more, because a person ends the run."""
    open_writes = [row for row in of_run(tx, run_id) if row.outcome is None]
    for row in open_writes:
        tx.conn.execute(
            update(writes).where(writes.c.id == row.id).values(outcome="unknown", settled_at=tx.now)
        )
        data = {"write": row.id, "outcome": "unknown", "note": "the run was ended"}
        append(tx, run_id, "write.outcome", actor=actor, step=row.step, data=data)


def note_unneeded(tx: Tx, lease: Lease, change_id: str) -> None:
    """Records that a change was found in place without a write of ours. Raises LeaseLost."""
    leases.check(tx, lease)
    leases.record(tx, lease, "change.already-so", {"change": change_id})
