"""Scans: opening, reading, moving from phase to phase, and ending.

A lane has one unfinished scan: a unique index sees to that, whoever opens at the same moment.
"""

import json
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.errors import InvalidRequest
from worker.journal.database import Tx
from worker.journal.runs import ALPHABET
from worker.journal.scan_schema import pieces, scans

KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000
"""How long the pieces of a scan that has ended are kept; the scan itself stays."""


def open_scan(tx: Tx, kind: str, *, lane: str, phase: str, by: str) -> str | None:
    """Opens a scan and returns its id, or None where the lane has an unfinished one."""
    row = {
        "id": "S-" + "".join(secrets.choice(ALPHABET) for _ in range(8)),
        "kind": kind,
        "lane": lane,
        "opened_by": by,
        "opened_at": tx.now,
        "phase": phase,
        "counts": "{}",
    }
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(insert(scans).values(**row))
    except IntegrityError:
        return None
    return str(row["id"])


def get(tx: Tx, scan_id: str) -> Row[Any]:
    """A scan's row. Raises InvalidRequest if there is no such scan."""
    return _found(tx.conn.execute(select(scans).where(scans.c.id == scan_id)), scan_id)


def lock(tx: Tx, scan_id: str) -> Row[Any]:
    """A scan's row, held until the transaction ends. Raises as `get` does.

    Who needs both a scan and a piece of it takes the scan first.
    """
    query = select(scans).where(scans.c.id == scan_id).with_for_update()
    return _found(tx.conn.execute(query), scan_id)


def unfinished(tx: Tx) -> Sequence[Row[Any]]:
    """Every scan that has not ended, the oldest first: at most one for each lane."""
    query = select(scans).where(scans.c.ended_at.is_(None)).order_by(scans.c.opened_at)
    return tx.conn.execute(query).all()


def newest(tx: Tx, *, limit: int = 50, **wanted: str) -> Sequence[Row[Any]]:
    """The newest scans whose columns have the wanted values, such as `kind` and `result`."""
    query = select(scans).order_by(scans.c.opened_at.desc(), scans.c.id).limit(limit)
    for column, value in wanted.items():
        query = query.where(scans.c[column] == value)
    return tx.conn.execute(query).all()


def counts(tx: Tx, scan_id: str) -> dict[str, int]:
    """What all pieces of a scan have counted so far, added up. For a scan that has not ended."""
    rows = tx.conn.execute(select(pieces.c.counts).where(pieces.c.scan_id == scan_id))
    total: Counter[str] = Counter()
    for (text,) in rows:
        total.update(json.loads(text))
    return dict(total)


def enter(tx: Tx, scan_id: str, phase: str) -> None:
    """Begins another phase. The caller holds the scan's row."""
    added = json.dumps(counts(tx, scan_id), sort_keys=True)
    values = {"phase": phase, "counts": added}
    tx.conn.execute(update(scans).where(scans.c.id == scan_id).values(values))


def end(
    tx: Tx,
    scan_id: str,
    result: str,
    *,
    summary: str,
    reason: str | None = None,
    more: Mapping[str, int] | None = None,
) -> None:
    """Ends a scan; nothing of it can be claimed or recorded any more. The caller holds its row.

    `result` is clean, drift, failed or cancelled; `reason` is a stable word. The scan's counts are
    those of its pieces and what is given as `more`.
    """
    total = Counter(counts(tx, scan_id))
    total.update(more or {})
    ended = {
        "result": result,
        "reason": reason,
        "summary": summary,
        "counts": json.dumps(total, sort_keys=True),
        "ended_at": tx.now,
    }
    tx.conn.execute(update(scans).where(scans.c.id == scan_id).values(ended))
    released = {"due_at": None, "lease_owner": None, "lease_until": None}
    tx.conn.execute(update(pieces).where(pieces.c.scan_id == scan_id).values(released))
    old = select(scans.c.id).where(scans.c.ended_at < tx.now - KEPT_MILLISECONDS)
    tx.conn.execute(delete(pieces).where(pieces.c.scan_id.in_(old)))


def _found(rows: Any, scan_id: str) -> Row[Any]:
    row: Row[Any] | None = rows.one_or_none()
    if row is None:
        raise InvalidRequest([f"there is no scan {scan_id}; `handover drift scans` lists them"])
    return row
