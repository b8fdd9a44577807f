"""Events: append-only, hash-chained per run, and free of personal data.

Each run has a chain of its own, so that one ticket's history can be exported and checked alone. A
run's first event also names the first event of the run before it: a run that is cut out leaves a
gap in that chain of openings.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from worker.journal import outbox
from worker.journal.database import Tx
from worker.journal.schema import events, openings, runs

GENESIS = "0" * 64

# Built once: to build a statement costs more than to run it.
_HEAD = (
    select(runs.c.head_n, runs.c.head_hash).where(runs.c.id == bindparam("which")).with_for_update()
)
_ADD = insert(events)
_MOVE = update(runs).where(runs.c.id == bindparam("which"))


def append(  # noqa: PLR0913 - an event has this many parts
    tx: Tx,
    run_id: str,
    kind: str,
    *,
    actor: str,
    data: Mapping[str, Any] | None = None,
    step: str | None = None,
    fence: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Adds an event to a run's chain and returns its hash. The caller holds the run's row.

    `changes` are what the event changes in that row, by column.
    """
    head_n, head_hash = tx.heads.get(run_id) or tx.conn.execute(_HEAD, {"which": run_id}).one()
    body = {
        "run_id": run_id,
        "n": head_n + 1,
        "at": tx.now,
        "kind": kind,
        "actor": actor,
        "step": step,
        "fence": fence,
        "data": canonical(data or {}),
        "prev": head_hash,
    }
    digest = hash_of(body)
    tx.conn.execute(_ADD, {**body, "hash": digest})
    if tx.tells_tickets and kind in outbox.TOLD:
        outbox.owe(tx, run_id, head_n + 1)
    moved = {"head_n": head_n + 1, "head_hash": digest}
    tx.conn.execute(_MOVE, {"which": run_id, **moved, **(changes or {})})
    tx.heads[run_id] = (head_n + 1, digest)
    return digest


def append_opening(tx: Tx, run_id: str, *, actor: str, data: Mapping[str, Any]) -> None:
    """The first event of a run, linked to the first event of the run before it."""
    before = tx.conn.execute(select(openings).with_for_update()).one()
    digest = append(
        tx, run_id, "run.requested", actor=actor, data={**data, "opening_before": before.hash}
    )
    tx.conn.execute(update(openings).values(runs=before.runs + 1, hash=digest))


def canonical(data: Mapping[str, Any]) -> str:
    """The one spelling of a JSON object that is stored and hashed."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(body: Mapping[str, Any]) -> str:
    """SHA-256 over an event's canonical form, its predecessor's hash included."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def of_run(tx: Tx, run_id: str, after: int = 0) -> Iterator[dict[str, Any]]:
    """A run's events in order, from number `after` + 1 on, with their data decoded."""
    query = select(events).where(events.c.run_id == run_id, events.c.n > after).order_by(events.c.n)
    for row in tx.conn.execute(query).mappings():
        yield {**row, "data": json.loads(row["data"])}
