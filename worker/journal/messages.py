"""Messages that a run has written: sealed, because they may name somebody."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from domain.messages import Message
from worker.journal import sealing
from worker.journal.database import Tx
from worker.journal.schema import sealed

_PREFIX = "message:"


@dataclass(frozen=True, slots=True)
class Written:
    """A message, when it was written (milliseconds), and the commitment that its event names."""

    message: Message
    at: int
    commitment: str


def keep(tx: Tx, run_id: str, round_: int, message: Message) -> dict[str, str] | None:
    """Seals a message, unless this very text was the last of its name in this round.

    What its event `message.written` says, for the caller to record; None where it was kept already.
    """
    name, value = _PREFIX + message.name, asdict(message)
    if sealing.get(tx, run_id, name, round_) == value:
        return None
    commitment = sealing.put(tx, run_id, name, value, round_)
    return {"message": message.name, "recipient": message.recipient_role, "value": commitment}


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
