"""Suspects: the accounts of a scan that need a confirming read, and what became of each.

`kinds` holds what earlier looks of the scan have seen of an account, as (kind, subject) pairs; its
pages are such a look.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from domain.drift.differences import Identity
from worker.journal.database import Tx
from worker.journal.scan_schema import scans, suspects

DIFFERS, AGREES, LEFT, UNREADABLE = "differs", "agrees", "left", "unreadable"
"""What becomes of a suspect. One that was left is looked at by the next scan: a run holds it."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An account that is to be looked at; `outcome` is None until it is settled."""

    account_id: str
    seen: frozenset[Identity]
    looks: int
    outcome: str | None


def add(tx: Tx, scan_id: str, found: Mapping[str, Iterable[Identity]]) -> None:
    """Adds accounts, each once in a scan, with what was seen of them."""
    rows = [
        {"scan_id": scan_id, "account_id": account, "kinds": _text(seen), "looks": 0}
        for account, seen in found.items()
    ]
    if rows:
        tx.conn.execute(insert(suspects), rows)


def get(tx: Tx, scan_id: str, account_id: str) -> Suspect | None:
    """One suspect; None where this scan has none of that id."""
    query = select(suspects).where(_this(scan_id, account_id))
    row = tx.conn.execute(query).one_or_none()
    if row is None:
        return None
    seen = frozenset((kind, subject) for kind, subject in json.loads(row.kinds))
    return Suspect(account_id, seen, row.looks, row.outcome)


def record(
    tx: Tx, scan_id: str, suspect: Suspect, *, seen: Collection[Identity], outcome: str | None
) -> None:
    """Records one more look: all that was seen by now, and the outcome if there is one."""
    values = {"kinds": _text(seen), "looks": suspect.looks + 1, "outcome": outcome}
    tx.conn.execute(update(suspects).where(_this(scan_id, suspect.account_id)).values(**values))


def outcomes(tx: Tx, scan_id: str) -> dict[str, int]:
    """How many suspects of a scan had each outcome."""
    query = select(suspects.c.outcome, func.count()).where(suspects.c.scan_id == scan_id)
    found = tx.conn.execute(query.group_by(suspects.c.outcome))
    return {str(outcome): int(count) for outcome, count in found}


def remove_older(tx: Tx) -> None:
    """Removes the suspects of scans that have ended: only the last ones are worth a look."""
    ended = select(scans.c.id).where(scans.c.ended_at.is_not(None))
    tx.conn.execute(delete(suspects).where(suspects.c.scan_id.in_(ended)))


def _this(scan_id: str, account_id: str) -> ColumnElement[bool]:
    return (suspects.c.scan_id == scan_id) & (suspects.c.account_id == account_id)


def _text(seen: Iterable[Identity]) -> str:
    return json.dumps(sorted(set(seen)))
