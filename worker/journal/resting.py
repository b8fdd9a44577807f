"""Runs that rest: they wait for somebody outside and hold nothing meanwhile.

What a resting run held is remembered, so that it can be taken again before the run goes on, and so
that a later run of the same account finds out whose place it takes.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, literal, select, update

from domain.errors import Locked
from worker.journal import claims
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import claims as held
from worker.journal.schema import resting, runs


def rest(tx: Tx, run_id: str, *, actor: str, look_at: int) -> None:
    """Gives up what a waiting run holds. `look_at` is when somebody shall look for it next."""
    mine = select(literal(run_id), held.c.kind, held.c.subject).where(held.c.run_id == run_id)
    tx.conn.execute(insert(resting).from_select(["run_id", "kind", "subject"], mine))
    claims.release(tx, run_id)
    append(tx, run_id, "run.rests", actor=actor)
    look_again(tx, run_id, look_at)


def rests(tx: Tx, run_id: str) -> bool:
    """Whether a run rests. Only who holds its row can rely on it."""
    count = select(func.count()).select_from(resting).where(resting.c.run_id == run_id)
    return bool(tx.conn.execute(count).scalar_one())


def wake(tx: Tx, run_id: str, *, actor: str) -> None:
    """Takes again what a resting run held; does nothing for any other run.

    Raises Locked naming who holds some of it by now; the caller's transaction is then given up as a
    whole, so that the run goes on resting.
    """
    wanted = select(resting.c.kind, resting.c.subject).where(resting.c.run_id == run_id)
    subjects = [(row.kind, row.subject) for row in tx.conn.execute(wanted)]
    if not subjects:
        return
    claims.take_hashed(tx, run_id, subjects)
    forget(tx, run_id)
    append(tx, run_id, "run.woke", actor=actor)


def forget(tx: Tx, run_id: str) -> None:
    """Forgets what a run would take again: it has woken, or ended."""
    tx.conn.execute(delete(resting).where(resting.c.run_id == run_id))


def on_accounts(tx: Tx, subjects: Iterable[claims.Subject]) -> Sequence[str]:
    """The runs that rest on any of the accounts among some subjects."""
    accounts = [tx.vault.lookup(kind, name) for kind, name in subjects if kind == "account"]
    query = select(resting.c.run_id).distinct().order_by(resting.c.run_id)
    wanted = query.where(resting.c.kind == "account", resting.c.subject.in_(accounts))
    return list(tx.conn.execute(wanted).scalars())


def check_nobody_came_to_rest(tx: Tx, subjects: Iterable[claims.Subject]) -> None:
    """For who holds the accounts now: a run that gave them up a moment ago can't be superseded.

    Its row may be held by who waits for ours, so nobody waits for it. Raises Locked.
    """
    for run_id in on_accounts(tx, subjects):
        raise Locked(f"Run {run_id} holds this account at this moment; try again.", holder=run_id)


def take_look(tx: Tx, run_id: str, until: int) -> bool:
    """Takes the right to look for a resting run now; nobody else gets it before `until`.

    Of several messages for one look, the first gets it. The caller holds the run's row.
    """
    run = tx.conn.execute(select(runs).where(runs.c.id == run_id)).one()
    early = run.parked and (run.due_at or 0) > tx.now
    if run.state != "waiting" or run.due_at is None or early:
        return False
    look_again(tx, run_id, until)
    return True


def look_again(tx: Tx, run_id: str, at: int) -> None:
    """Puts the next look at a run that still rests to a time."""
    still = (runs.c.id == run_id) & (runs.c.state == "waiting")
    tx.conn.execute(update(runs).where(still).values(due_at=at, parked=True, feeds=0))
