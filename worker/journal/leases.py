"""Leases: who may carry out a run's next step, and what they may record about it.

A claim hands out a lease and a fencing number. Everything that a worker records names its number;
once the step has passed to another worker, nothing with the old number is accepted any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from domain.errors import HandoverError, Question
from worker.journal import questions, runs
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import runs as runs_table
from worker.journal.schema import steps, writes

# Built once: to build a statement costs more than to run it.
_POSITION = select(steps.c.position).where(
    steps.c.run_id == bindparam("run"), steps.c.name == bindparam("step")
)
_STEP = update(steps).where(steps.c.run_id == bindparam("run"), steps.c.name == bindparam("step"))
_STARTED = _STEP.values(state="running", claims=steps.c.claims + 1)
_OPEN_UNTIL = select(func.max(writes.c.deadline_at)).where(
    writes.c.run_id == bindparam("run"), writes.c.outcome.is_(None)
)


class LeaseLost(HandoverError):
    """The step has passed to another worker, or the run has ended; this one may record nothing."""

    code = "lease-lost"


class Verdict(Enum):
    """What a delivered message may do."""

    CLAIMED = "claimed"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one step. `until` is in the journal's milliseconds."""

    run_id: str
    workflow: str
    step: str
    fence: int
    owner: str
    until: int
    attempt: int
    round: int
    takeover: bool


def claim(
    tx: Tx, run_id: str, step: str, *, owner: str, phase: str, milliseconds: int
) -> tuple[Verdict, Lease | None]:
    """Takes the step at the run's cursor, if it is `step` and nobody works on it.

    DONE means that the step is behind the cursor and that the chain seems to have been lost with
    it: the caller's copy may go on. Every other copy is REFUSED and ends.
    """
    run = runs.lock(tx, run_id)
    position = tx.conn.execute(_POSITION, {"run": run_id, "step": step}).scalar_one_or_none()
    if run.state in ("waiting", "ended") or position is None:
        return Verdict.REFUSED, None
    if position == run.cursor - 1 and not run.parked and (run.due_at or 0) <= tx.now:
        _postpone(tx, run_id, tx.now + milliseconds)
        return Verdict.DONE, None
    held = run.lease_until is not None and run.lease_until > tx.now
    early = run.parked and run.due_at is not None and run.due_at > tx.now
    if position != run.cursor or held or early:
        return Verdict.REFUSED, None
    landed_by = open_until(tx, run_id) if run.writes else 0
    if landed_by > tx.now:
        _rest(tx, run_id, landed_by)
        return Verdict.REFUSED, None
    takeover = run.lease_owner is not None
    lease = Lease(
        run_id=run_id,
        workflow=run.workflow,
        step=step,
        fence=run.fence + 1,
        owner=owner,
        until=tx.now + milliseconds,
        # A try whose worker vanished has failed as well; else a step that kills its worker
        # would be taken over for ever.
        attempt=run.attempts + 1 + takeover,
        round=run.round,
        takeover=takeover,
    )
    _take(tx, lease, phase)
    if lease.round > 1:
        _supersede_earlier_rounds(tx, lease)
    return Verdict.CLAIMED, lease


def extend(tx: Tx, lease: Lease, milliseconds: int) -> bool:
    """Prolongs a lease that is still ours; an open intent may have prolonged it further."""
    try:
        run = check(tx, lease)
    except LeaseLost:
        return False
    until = max(tx.now + milliseconds, run.lease_until or 0)
    values = {"lease_until": until, "due_at": until}
    tx.conn.execute(update(runs_table).where(runs_table.c.id == lease.run_id).values(values))
    return True


def check(tx: Tx, lease: Lease) -> Row[Any]:
    """Holds the run's row and returns it, if the lease is still ours. Raises LeaseLost."""
    run = runs.lock(tx, lease.run_id)
    if run.fence != lease.fence or run.lease_owner != lease.owner:
        raise LeaseLost(f"Step {lease.step} of {lease.run_id} has passed to another worker.")
    return run


def complete(tx: Tx, lease: Lease, *, orphan_milliseconds: int, note: str = "") -> None:
    """Records the step as done and moves the cursor. Raises LeaseLost."""
    run = check(tx, lease)
    done = {"run": lease.run_id, "step": lease.step, "state": "done", "done_at": tx.now}
    tx.conn.execute(_STEP, done)
    changes = {
        "cursor": run.cursor + 1,
        "attempts": 0,
        "lease_owner": None,
        "lease_until": None,
        # By then the next step's message has arrived, or it was lost.
        "due_at": tx.now + orphan_milliseconds,
        "parked": False,
        "feeds": 0,
    }
    record(tx, lease, "step.done", {"note": note} if note else {}, changes)


def park(tx: Tx, lease: Lease, *, until: int, why: str, counts: bool) -> None:
    """Gives the step back until a time; nobody and nothing is held meanwhile. Raises LeaseLost.

    `counts` says whether this was a failed try.
    """
    run = check(tx, lease)
    changes = {
        "attempts": run.attempts + (1 if counts else 0),
        "lease_owner": None,
        "lease_until": None,
        "due_at": until,
        "parked": True,
        "feeds": 0,
    }
    data = {"until": until, "why": why, "failed_try": counts}
    record(tx, lease, "step.parked", data, changes)


def wait(tx: Tx, lease: Lease, question: Question, *, lifetime: int = 0) -> None:
    """Asks a question; the run rests until it is answered. Raises LeaseLost.

    `lifetime` is the time in milliseconds after which the question expires; 0 is never.
    """
    check(tx, lease)
    questions.ask(tx, lease.run_id, question, actor=lease.owner, step=lease.step, lifetime=lifetime)


def end(tx: Tx, lease: Lease, result: str, *, reason: str, summary: str) -> None:
    """Ends the run from within its step. Raises LeaseLost."""
    check(tx, lease)
    runs.end(tx, lease.run_id, result, actor=lease.owner, reason=reason, summary=summary)


def _take(tx: Tx, lease: Lease, phase: str) -> None:
    started = {"run": lease.run_id, "step": lease.step, "fence": lease.fence, "started_at": tx.now}
    tx.conn.execute(_STARTED, started)
    changes = {
        "fence": lease.fence,
        "attempts": lease.attempt - 1,
        "lease_owner": lease.owner,
        "lease_until": lease.until,
        "due_at": lease.until,
        "parked": False,
        "state": phase,
    }
    data = {"attempt": lease.attempt, "takeover": lease.takeover}
    record(tx, lease, "step.claimed", data, changes)


def open_until(tx: Tx, run_id: str) -> int:
    """Until when a write without an outcome may still land. Before that, nobody can judge."""
    return int(tx.conn.execute(_OPEN_UNTIL, {"run": run_id}).scalar_one() or 0)


def _rest(tx: Tx, run_id: str, until: int) -> None:
    values = {"due_at": until, "parked": True}
    tx.conn.execute(update(runs_table).where(runs_table.c.id == run_id).values(**values))


def _postpone(tx: Tx, run_id: str, until: int) -> None:
    tx.conn.execute(update(runs_table).where(runs_table.c.id == run_id).values(due_at=until))


def _supersede_earlier_rounds(tx: Tx, lease: Lease) -> None:
    """A write of an earlier round that nobody settled is past its time; the new plan reads anew.

    It may have landed as late as its deadline, so that the quiet time counts from there.
    """
    open_writes = writes.c.outcome.is_(None) & (writes.c.run_id == lease.run_id)
    earlier = select(writes).where(open_writes, writes.c.round < lease.round)
    landed = runs.get(tx, lease.run_id).last_write_at or 0
    for row in tx.conn.execute(earlier).all():
        tx.conn.execute(
            update(writes)
            .where(writes.c.id == row.id)
            .values(outcome="superseded", settled_at=tx.now)
        )
        data = {"write": row.id, "outcome": "superseded", "note": ""}
        landed = max(landed, row.deadline_at)
        record(tx, lease, "write.outcome", data, {"last_write_at": landed})


def record(
    tx: Tx,
    lease: Lease,
    kind: str,
    data: Mapping[str, object],
    changes: Mapping[str, object] | None = None,
) -> None:
    """Adds an event in the name of a lease, and what it changes in the run's row.

    The caller has checked that the lease still holds.
    """
    append(
        tx,
        lease.run_id,
        kind,
        actor=lease.owner,
        step=lease.step,
        fence=lease.fence,
        data=data,
        changes=changes,
    )
