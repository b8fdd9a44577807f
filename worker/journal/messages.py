"""Messages that a run has written: sealed, because they may name somebody."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from domain.messages import Message
from worker.journal import leases, sealing
from worker.journal.database import Tx
from worker.journal.leases import Lease
from worker.journal.schema import sealed

_PREFIX = "message:"


@dataclass(frozen=True, slots=True)
class Written:
    """A message, when it was written (milliseconds), and the commitment that its event names."""

    message: Message
    at: int
    commitment: str


def keep(tx: Tx, lease: Lease, message: Message) -> None:
    """Seals a message and records it, unless this very text was the last of its name in this round.

    The caller has checked that the lease still holds.
    """
    name, value = _PREFIX + message.name, asdict(message)
    if sealing.get(tx, lease.run_id, name, lease.round) == value:
        return
    commitment = sealing.put(tx, lease.run_id, name, value, lease.round)
    data = {"message": message.name, "recipient": message.recipient_role, "value": commitment}
    leases.record(tx, lease, "message.written", data)


def of_run(tx: Tx, run_id: str) -> list[Written]:
    """A run's messages, oldest first; none once it was forgotten."""
    run_key = sealing.key_of(tx, run_id)
    if run_key is None:
        return []
    query = (
        select(sealed.c.ciphertext, sealed.c.at)
        .where(sealed.c.run_id == run_id, sealed.c.name.startswith(_PREFIX))
        .order_by(sealed.c.id)
    )
    values = [(run_key.unseal(row.ciphertext), row.at) for row in tx.conn.execute(query)]
    return [Written(Message(**value), at, run_key.commit(value)) for value, at in values]
