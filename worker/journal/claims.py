"""Claims: which run holds an account or a person. All or nothing, and nobody waits for one."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from domain.errors import Locked
from domain.mailboxes import mailbox
from worker.journal.database import Tx
from worker.journal.schema import claims

Subject = tuple[str, str]
"""Kind (account or person) and what is held: an account id or an email."""


def take(tx: Tx, run_id: str, subjects: Iterable[Subject]) -> None:
    """Claims every subject for a run, those it already holds included.

    Raises Locked naming the holder; the caller's transaction then has to be given up as a whole.
    """
    hashed = ((kind, tx.vault.lookup(kind, _held(kind, name))) for kind, name in subjects)
    take_hashed(tx, run_id, hashed)


def take_hashed(tx: Tx, run_id: str, subjects: Iterable[Subject]) -> None:
    """As `take`, for subjects whose names are hashed already."""
    # By their hashes, so that two runs that want the same take it in the same order.
    for kind, hashed in sorted(set(subjects)):
        holder = _holder(tx, kind, hashed)
        if holder is None:
            holder = _insert(tx, run_id, kind, hashed)
        if holder != run_id:
            raise Locked(
                f"Run {holder} holds this {kind}. See `handover show {holder}`; it ends or is"
                " cancelled before another can begin.",
                holder=holder,
            )


def holder(tx: Tx, kind: str, names: Iterable[str]) -> str | None:
    """The run that holds any of these, the same thing under several names; None if none does."""
    hashed = [tx.vault.lookup(kind, _held(kind, name)) for name in names]
    query = select(claims.c.run_id).where(claims.c.kind == kind, claims.c.subject.in_(hashed))
    return tx.conn.execute(query.limit(1)).scalar_one_or_none()


def _held(kind: str, subject: str) -> str:
    """A person is held by their mailbox, whichever way it is spelled."""
    return mailbox(subject) if kind == "person" else subject


def release(tx: Tx, run_id: str) -> None:
    """Gives up everything a run holds."""
    tx.conn.execute(delete(claims).where(claims.c.run_id == run_id))


def _holder(tx: Tx, kind: str, hashed: str) -> str | None:
    return tx.conn.execute(
        select(claims.c.run_id).where(claims.c.kind == kind, claims.c.subject == hashed)
    ).scalar_one_or_none()


def _insert(tx: Tx, run_id: str, kind: str, hashed: str) -> str:
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(
                insert(claims).values(kind=kind, subject=hashed, run_id=run_id, taken_at=tx.now)
            )
    except IntegrityError:  # another connection was faster; its claim is visible now
        return _holder(tx, kind, hashed) or "unknown"
    return run_id
