"""Notes that are owed to a run's ticket: one for each event that matters to people.

A note is owed by the transaction that records its event, so that neither is without the other. What
it says is made when it is posted, from the journal: nothing of it is kept here.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from worker.journal.database import Tx
from worker.journal.schema import ticket_notes as notes

TOLD = frozenset({"run.requested", "plan.made", "question.asked", "message.written", "run.ended"})
"""The kinds of events that a ticket hears of."""

_OPEN = notes.c.posted_at.is_(None) & notes.c.given_up.is_(None)


@dataclass(frozen=True, slots=True)
class Owed:
    """A note that this process has taken to post: of which run, and about which of its events.

    `attempt` counts from 1; `until` is the end of the lease, in the journal's milliseconds.
    """

    run_id: str
    event: int
    attempt: int
    until: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How the notes of a run stand; `given_up` are events with the reason."""

    posted: int
    waiting: int
    given_up: list[tuple[int, str]]


def owe(tx: Tx, run_id: str, event: int) -> None:
    """A note about this event is to be posted."""
    row = {"run_id": run_id, "event": event, "owed_at": tx.now, "due_at": tx.now}
    tx.conn.execute(insert(notes).values(**row, attempts=0))


def is_due(tx: Tx) -> bool:
    """Whether something is to be posted, no message for it is under way, and nobody is posting.

    One at a time: a ticket system that hangs must not hold every worker.
    """
    busy = select(notes.c.event).where(_OPEN, notes.c.lease_until > tx.now).limit(1)
    if tx.conn.execute(busy).first() is not None:
        return False
    return tx.conn.execute(select(notes.c.event).where(_unfed(tx)).limit(1)).first() is not None


def feed(tx: Tx, *, gap: int) -> bool:
    """Takes the right to send for what is due: only one of several scanners gets it.

    `gap` is the time in milliseconds after which it may be sent for again.
    """
    found = tx.conn.execute(update(notes).where(_unfed(tx)).values(fed_until=tx.now + gap))
    return bool(found.rowcount)


def take(tx: Tx, *, owner: str, milliseconds: int) -> Owed | None:
    """Takes the note that is due for longest; those of one run go out in their order."""
    earlier = notes.alias()
    first = (
        select(func.min(earlier.c.event))
        .where(
            earlier.c.run_id == notes.c.run_id,
            earlier.c.posted_at.is_(None),
            earlier.c.given_up.is_(None),
        )
        .scalar_subquery()
    )
    row = tx.conn.execute(
        select(notes)
        .where(_due(tx), notes.c.event == first)
        .order_by(notes.c.due_at, notes.c.attempts, notes.c.run_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    until = tx.now + milliseconds
    values = {"attempts": row.attempts + 1, "lease_owner": owner, "lease_until": until}
    tx.conn.execute(update(notes).where(_this(row.run_id, row.event)).values(values))
    return Owed(row.run_id, row.event, row.attempts + 1, until)


def posted(tx: Tx, owed: Owed, *, owner: str) -> bool:
    """The note is on its ticket. False if another has taken it meanwhile."""
    return _settle(tx, owed, owner, posted_at=tx.now)


def later(tx: Tx, owed: Owed, *, owner: str, milliseconds: int) -> bool:
    """It is tried again after a pause. False if another has taken it meanwhile."""
    return _settle(tx, owed, owner, due_at=tx.now + milliseconds, fed_until=None)


def give_up(tx: Tx, owed: Owed, *, owner: str, why: str) -> bool:
    """It will never be posted; `why` is a stable word. False if another has taken it."""
    return _settle(tx, owed, owner, given_up=why)


def hold(tx: Tx, *, milliseconds: int) -> None:
    """Nothing is posted for a while: the ticket system can't be used."""
    until = tx.now + milliseconds
    waiting = _OPEN & (notes.c.due_at < until)
    tx.conn.execute(update(notes).where(waiting).values(due_at=until, fed_until=None))


def of_run(tx: Tx, run_id: str) -> Standing:
    """How the notes of one run stand."""
    rows = tx.conn.execute(
        select(notes).where(notes.c.run_id == run_id).order_by(notes.c.event)
    ).all()
    given_up = [(row.event, row.given_up) for row in rows if row.given_up]
    done = sum(row.posted_at is not None for row in rows)
    return Standing(done, len(rows) - done - len(given_up), given_up)


def open_notes(tx: Tx) -> list[Row[Any]]:
    """Every note that is still owed, the oldest first."""
    return list(tx.conn.execute(select(notes).where(_OPEN).order_by(notes.c.due_at)).all())


def given_up(tx: Tx) -> list[Row[Any]]:
    """Every note that was given up, the newest first."""
    query = select(notes).where(notes.c.given_up.is_not(None)).order_by(notes.c.owed_at.desc())
    return list(tx.conn.execute(query).all())


def _due(tx: Tx) -> ColumnElement[bool]:
    free = notes.c.lease_until.is_(None) | (notes.c.lease_until <= tx.now)
    return _OPEN & (notes.c.due_at <= tx.now) & free


def _unfed(tx: Tx) -> ColumnElement[bool]:
    return _due(tx) & (notes.c.fed_until.is_(None) | (notes.c.fed_until <= tx.now))


def _this(run_id: str, event: int) -> ColumnElement[bool]:
    return (notes.c.run_id == run_id) & (notes.c.event == event)


def _settle(tx: Tx, owed: Owed, owner: str, **values: object) -> bool:
    ours = (notes.c.lease_owner == owner) & (notes.c.attempts == owed.attempt) & _OPEN
    found = tx.conn.execute(
        update(notes)
        .where(_this(owed.run_id, owed.event), ours)
        .values(lease_owner=None, lease_until=None, **values)
    )
    return bool(found.rowcount)
