"""Looks at what runs have proved: which are due, and what came of each (D2).

A proved run is looked at an hour, a day and seven days after its end, once for each. Where nothing
ran at the time, the newest look that is due is made late; those before it are not made up for.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select

from worker.journal.database import Tx
from worker.journal.scan_schema import looks
from worker.journal.schema import runs

HOUR = 3_600_000
STAGES = {"1h": HOUR, "1d": 24 * HOUR, "7d": 7 * 24 * HOUR}
"""How long after its end a run is looked at, in milliseconds; the earliest first."""
TOO_LATE = 30 * 24 * HOUR
"""A run that ended before is history: nobody has to be told of it out of the blue."""


@dataclass(frozen=True, slots=True)
class Due:
    """A look that is due at a run."""

    run_id: str
    stage: str


def due(tx: Tx) -> list[Due]:
    """The newest look of each run that is due and was not made; the runs that ended first come
    first."""
    ended = runs.c.ended_at
    query = (
        select(runs.c.id, ended, looks.c.stage)
        .outerjoin(looks, looks.c.run_id == runs.c.id)
        .where(runs.c.result == "proved", ended <= tx.now - HOUR, ended > tx.now - TOO_LATE)
        .order_by(ended, runs.c.id)
    )
    made: dict[str, set[str | None]] = {}
    ends: dict[str, int] = {}
    for run_id, at, stage in tx.conn.execute(query):
        made.setdefault(run_id, set()).add(stage)
        ends[run_id] = at
    newest = {run_id: _newest(tx.now - at) for run_id, at in ends.items()}
    return [Due(run_id, stage) for run_id, stage in newest.items() if stage not in made[run_id]]


def record(
    tx: Tx, look: Due, scan_id: str, *, in_place: bool | None, note: str | None = None
) -> None:
    """Records a look once. `note` is a stable word for why nobody could look."""
    known = select(looks.c.stage).where(looks.c.run_id == look.run_id, looks.c.stage == look.stage)
    if tx.conn.execute(known).first() is None:
        row = {"run_id": look.run_id, "stage": look.stage, "looked_at": tx.now, "scan_id": scan_id}
        tx.conn.execute(insert(looks).values(**row, in_place=in_place, note=note))


def _newest(milliseconds: int) -> str:
    passed = [stage for stage, after in STAGES.items() if after <= milliseconds]
    return passed[-1]
