"""Sealed values of a run: written once per round, read by those who hold the master key."""

from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from domain.errors import Defect
from worker.journal.database import Tx
from worker.journal.events import append
from worker.journal.schema import people, run_keys, sealed
from worker.journal.vault import RunKey

# Built once: to build a statement costs more than to run it.
_KEY = select(run_keys.c.wrapped).where(run_keys.c.run_id == bindparam("run"))
_ADD = insert(sealed)
_ALL = (
    select(sealed.c.name, sealed.c.ciphertext)
    .where(sealed.c.run_id == bindparam("run"))
    .order_by(sealed.c.id)
)


def create_key(tx: Tx, run_id: str) -> RunKey:
    """Makes and stores a run's key."""
    run_key, wrapped = tx.vault.new_run_key()
    tx.conn.execute(insert(run_keys).values(run_id=run_id, wrapped=wrapped))
    return run_key


def key_of(tx: Tx, run_id: str) -> RunKey | None:
    """A run's key, or None once the run was forgotten."""
    wrapped = tx.conn.execute(_KEY, {"run": run_id}).scalar_one()
    return tx.vault.open(wrapped) if wrapped else None


def put(tx: Tx, run_id: str, name: str, value: object, round_: int = 1) -> str:
    """Seals a value under the run's key and returns its commitment for the event that names it."""
    run_key = key_of(tx, run_id)
    if run_key is None:
        raise Defect("This run was forgotten; nothing more can be sealed in it.", code="forgotten")
    row = {"run_id": run_id, "name": name, "round": round_, "at": tx.now}
    tx.conn.execute(_ADD, {**row, "ciphertext": run_key.seal(value)})
    return run_key.commit(value)


def get(tx: Tx, run_id: str, name: str, round_: int | None = None) -> Any:
    """The newest sealed value of that name, or None if there is none or the run was forgotten."""
    run_key = key_of(tx, run_id)
    query = select(sealed.c.ciphertext).where(sealed.c.run_id == run_id, sealed.c.name == name)
    if round_ is not None:
        query = query.where(sealed.c.round == round_)
    ciphertext = tx.conn.execute(query.order_by(sealed.c.id.desc()).limit(1)).scalar_one_or_none()
    return run_key.unseal(ciphertext) if run_key and ciphertext else None


def newest(tx: Tx, run_id: str) -> dict[str, str]:
    """The newest ciphertext of each name; nothing once the run was forgotten."""
    return {row.name: row.ciphertext for row in tx.conn.execute(_ALL, {"run": run_id})}


def forget(tx: Tx, run_id: str, *, actor: str) -> None:
    """Destroys a run's key and salt, what they sealed, and the ways to find its people."""
    tx.conn.execute(
        update(run_keys)
        .where(run_keys.c.run_id == run_id)
        .values(wrapped=None, forgotten_at=tx.now)
    )
    tx.conn.execute(delete(sealed).where(sealed.c.run_id == run_id))
    tx.conn.execute(delete(people).where(people.c.run_id == run_id))
    append(tx, run_id, "run.forgotten", actor=actor)


def rewrap_all(tx: Tx) -> int:
    """Puts every run's key under the newest master key; returns how many."""
    rows = tx.conn.execute(select(run_keys).where(run_keys.c.wrapped.is_not(None))).all()
    for row in rows:
        tx.conn.execute(
            update(run_keys)
            # A run that is forgotten at this moment must stay forgotten.
            .where(run_keys.c.run_id == row.run_id, run_keys.c.wrapped == row.wrapped)
            .values(wrapped=tx.vault.rewrap(row.wrapped))
        )
    return len(rows)
