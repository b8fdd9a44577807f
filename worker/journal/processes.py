"""Which workers and beats are alive: each keeps a row and says now and then that it is there."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from worker.journal.database import Tx
from worker.journal.schema import processes, slots


def note(tx: Tx, name: str, *, kind: str, ahead: int, version: str) -> None:
    """Records that a process is alive. `ahead` is its clock minus the journal's, milliseconds."""
    said = {"kind": kind, "seen_at": tx.now, "ahead": ahead, "version": version}
    known = tx.conn.execute(update(processes).where(processes.c.name == name).values(**said))
    if not known.rowcount:
        tx.conn.execute(insert(processes).values(name=name, started_at=tx.now, **said))


def leave(tx: Tx, name: str) -> None:
    """Forgets a process that ends as it should."""
    tx.conn.execute(delete(processes).where(processes.c.name == name))


def forget_dead(tx: Tx, milliseconds: int) -> None:
    """Forgets every process that has said nothing for that long."""
    tx.conn.execute(delete(processes).where(processes.c.seen_at < tx.now - milliseconds))


def known(tx: Tx) -> Sequence[Row[Any]]:
    """Every process that has not ended as it should, the one seen last first."""
    query = select(processes).order_by(processes.c.seen_at.desc(), processes.c.name)
    return tx.conn.execute(query).all()


def last_slot(tx: Tx, job: str) -> Row[Any] | None:
    """The newest time slot that a beat's job took, if it ever did."""
    query = select(slots).where(slots.c.job == job).order_by(slots.c.slot.desc()).limit(1)
    return tx.conn.execute(query).one_or_none()
