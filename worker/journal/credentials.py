"""Sign-ins and tokens that all processes of an installation share, sealed under the master key.

Of many that need a new one, exactly one renews: it holds the row for a while (`held_by`,
`held_until`); the others wait, and take over if it is not done by then.
"""

import time
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.sign_ins import Fresh, Secret
from worker.journal.database import Tx
from worker.journal.schema import credentials

REFUSED = "refused"
"""Stands in `held_by` after a renewal was refused: for that moment nobody else need try."""


def read(tx: Tx, name: str) -> Secret | None:
    """What is there now, None if nothing is, or nothing that a master key opens."""
    row = tx.conn.execute(select(credentials).where(credentials.c.name == name)).one_or_none()
    return None if row is None else _secret(tx, row)


def lock(tx: Tx, name: str) -> Row[Any]:
    """The row of a credential, made if need be, and held until the transaction ends."""
    query = select(credentials).where(credentials.c.name == name).with_for_update()
    row = tx.conn.execute(query).one_or_none()
    if row is None:
        _make(tx, name)
        row = tx.conn.execute(query).one()
    return row


def hold(tx: Tx, name: str, by: str, milliseconds: int) -> None:
    """Marks a credential as being renewed, or as refused, for so long."""
    _set(tx, name, held_by=by, held_until=tx.now + milliseconds)


def let_go(tx: Tx, name: str, by: str) -> None:
    """Ends our own hold."""
    if lock(tx, name).held_by == by:
        _set(tx, name, held_by=None, held_until=None)


def put(tx: Tx, name: str, fresh: Fresh, by: str) -> Secret:
    """Keeps a new secret for everybody, and ends whoever's hold."""
    generation = lock(tx, name).generation + 1
    until = None if fresh.good_for is None else tx.now + round(fresh.good_for * 1000)
    _set(
        tx,
        name,
        ciphertext=tx.vault.seal(fresh.value),
        good_until=until,
        generation=generation,
        held_by=None,
        held_until=None,
        changed_at=tx.now,
        changed_by=by,
    )
    return Secret(fresh.value, generation, _on_our_clock(tx, until))


def follow_up(tx: Tx, name: str, known: Secret, value: str, by: str) -> Secret | None:
    """Keeps a later form of the same generation; None if there is another generation."""
    if lock(tx, name).generation != known.generation:
        return None
    _set(tx, name, ciphertext=tx.vault.seal(value), changed_at=tx.now, changed_by=by)
    return Secret(value, known.generation, known.good_until)


def rewrap_all(tx: Tx) -> None:
    """Seals everything anew under the newest master key; what no key opens is dropped."""
    for row in tx.conn.execute(select(credentials).with_for_update()).all():
        secret = _secret(tx, row)
        _set(tx, row.name, ciphertext=tx.vault.seal(secret.value) if secret else None)


def _secret(tx: Tx, row: Row[Any]) -> Secret | None:
    value = tx.vault.unseal(row.ciphertext) if row.ciphertext else None
    if value is None:
        return None
    return Secret(value, row.generation, _on_our_clock(tx, row.good_until))


def _on_our_clock(tx: Tx, until: int | None) -> float | None:
    return None if until is None else time.monotonic() + (until - tx.now) / 1000


def _make(tx: Tx, name: str) -> None:
    row = {"name": name, "generation": 0, "changed_at": tx.now, "changed_by": ""}
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(insert(credentials).values(**row))
    except IntegrityError:
        return  # another process was the first


def _set(tx: Tx, name: str, **values: object) -> None:
    tx.conn.execute(update(credentials).where(credentials.c.name == name).values(**values))
