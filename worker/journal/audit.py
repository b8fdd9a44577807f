"""Proving that nothing was changed: the chains, the openings, and heads exported earlier."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from worker.journal.database import Tx
from worker.journal.events import GENESIS, hash_of
from worker.journal.schema import events, openings, runs

_TAIL = "the last events are missing or not the run's own"
_HASHED = ("run_id", "n", "at", "kind", "actor", "step", "fence", "data", "prev")


@dataclass
class Verdict:
    """What verifying found. `problems` is empty when everything holds."""

    runs: int = 0
    events: int = 0
    problems: list[str] = field(default_factory=list)


def verify(tx: Tx, heads: Iterable[Mapping[str, Any]] = ()) -> Verdict:
    """Walks every chain. `heads` are rows that `heads_of` exported earlier, kept elsewhere."""
    verdict = Verdict()
    firsts, lasts = _walk_chains(tx, verdict)
    _check_runs(tx, lasts, verdict)
    _check_openings(tx, firsts, verdict)
    for head in heads:
        _check_head(tx, head, verdict)
    return verdict


def heads_of(tx: Tx) -> list[dict[str, Any]]:
    """The newest hash of each run: kept outside the database, it shows a tail that was cut."""
    rows = tx.conn.execute(select(runs.c.id, runs.c.head_n, runs.c.head_hash).order_by(runs.c.id))
    return [{"run": row.id, "n": row.head_n, "hash": row.head_hash} for row in rows]


def verify_runs(tx: Tx, run_ids: Iterable[str]) -> Verdict:
    """Walks the chains of some runs, and sees that each ends where its run says."""
    verdict = Verdict()
    for run_id in run_ids:
        chains = Chains()
        for row in tx.conn.execute(_chain_of(run_id)).mappings():
            chains.add(dict(row))
        head = tx.conn.execute(
            select(runs.c.head_n, runs.c.head_hash).where(runs.c.id == run_id)
        ).one()
        verdict.runs += 1
        verdict.events += chains.events
        verdict.problems += chains.problems
        if chains.last.get(run_id) != (head.head_n, head.head_hash):
            verdict.problems.append(f"{run_id}: {_TAIL}")
    return verdict


class Chains:
    """Walks events, those of one run in their order, and notes what does not hold."""

    def __init__(self) -> None:
        self.events = 0
        self.problems: list[str] = []
        self.last: dict[str, tuple[int, str]] = {}
        """Number and hash of the last event seen, by run."""

    def add(self, row: Mapping[str, Any]) -> None:
        """The next event; its `data` is the text that was hashed."""
        self.events += 1
        run_id = row["run_id"]
        n, prev = self.last.get(run_id, (0, GENESIS))
        if row["n"] != n + 1 or row["prev"] != prev:
            self.problems.append(f"{run_id}: the chain breaks at event {row['n']}")
        if hash_of({name: row[name] for name in _HASHED}) != row["hash"]:
            self.problems.append(f"{run_id}: event {row['n']} was changed")
        self.last[run_id] = (row["n"], row["hash"])


def _chain_of(run_id: str) -> Select[Any]:
    return select(events).where(events.c.run_id == run_id).order_by(events.c.n)


def _walk_chains(tx: Tx, verdict: Verdict) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    firsts: list[dict[str, Any]] = []
    chains = Chains()
    for row in tx.conn.execute(select(events).order_by(events.c.seq)).mappings():
        chains.add(dict(row))
        if row["n"] == 1:
            firsts.append(dict(row))
    verdict.events = chains.events
    verdict.problems += chains.problems
    return firsts, chains.last


def _check_runs(tx: Tx, lasts: Mapping[str, Any], verdict: Verdict) -> None:
    known = set()
    for row in tx.conn.execute(select(runs.c.id, runs.c.head_n, runs.c.head_hash)):
        known.add(row.id)
        if lasts.get(row.id) != (row.head_n, row.head_hash):
            verdict.problems.append(f"{row.id}: {_TAIL}")
    verdict.runs = len(known)
    verdict.problems += [
        f"{run_id}: events without a run" for run_id in lasts if run_id not in known
    ]


def _check_openings(tx: Tx, firsts: Iterable[Mapping[str, Any]], verdict: Verdict) -> None:
    before, count = GENESIS, 0
    for first in firsts:
        if _opening_before(first["data"]) != before:
            verdict.problems.append(f"{first['run_id']}: a run before this one is missing")
        before, count = first["hash"], count + 1
    last = tx.conn.execute(select(openings)).one_or_none()
    if last is None or (last.runs, last.hash) != (count, before):
        verdict.problems.append("the newest runs are missing from the journal")


def _opening_before(data: str) -> object:
    try:
        decoded = json.loads(data)
    except ValueError:
        return None
    return decoded.get("opening_before") if isinstance(decoded, dict) else None


def _check_head(tx: Tx, head: Mapping[str, Any], verdict: Verdict) -> None:
    found = tx.conn.execute(
        select(events.c.hash).where(events.c.run_id == head["run"], events.c.n == head["n"])
    ).scalar_one_or_none()
    if found != head["hash"]:
        verdict.problems.append(f"{head['run']}: event {head['n']} is not the one exported earlier")
