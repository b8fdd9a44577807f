"""Scans as people look at them: lists, how far one is, and what was open when each had ended."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Row, func, select

from domain.errors import InvalidRequest
from worker.journal import scans
from worker.journal.database import Tx
from worker.journal.scan_schema import findings, pieces
from worker.journal.scan_schema import scans as table

_NEAREST_OF = 1000


def get(tx: Tx, scan_id: str) -> Row[Any]:
    """One scan. Raises InvalidRequest, naming the nearest one, if there is none of that id."""
    row = tx.conn.execute(select(table).where(table.c.id == scan_id.strip())).one_or_none()
    if row is None:
        raise InvalidRequest([f"there is no scan of that id; {_hint(tx, scan_id)}"])
    return row


def ended(tx: Tx, *, limit: int, kind: str | None = None) -> Sequence[Row[Any]]:
    """The scans that ended last, the newest first."""
    query = select(table).where(table.c.ended_at.is_not(None))
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return tx.conn.execute(query.order_by(table.c.ended_at.desc(), table.c.id).limit(limit)).all()


def last_ends(tx: Tx, kind: str, results: Sequence[str], *, limit: int) -> list[int]:
    """When the last scans of a kind ended that had one of these results, the newest first."""
    query = select(table.c.ended_at).where(table.c.kind == kind, table.c.result.in_(results))
    return list(tx.conn.execute(query.order_by(table.c.ended_at.desc()).limit(limit)).scalars())


def pieces_of(tx: Tx, scan_id: str, phase: str) -> tuple[int, int, str | None]:
    """How many pieces of a phase are done, how many are known, and why one that is not waits.

    That is the stable word for why its last try failed, if one did.
    """
    query = select(func.count(pieces.c.done_at), func.count(), func.max(pieces.c.why))
    query = query.where(pieces.c.scan_id == scan_id, pieces.c.phase == phase)
    done, known, why = tx.conn.execute(query).one()
    return int(done), int(known), why


def counts_of(tx: Tx, scan: Row[Any]) -> dict[str, int]:
    """What a scan has counted; of one that is not finished, what its pieces have so far."""
    # Of one that has ended the pieces are not kept for ever.
    return scans.counts(tx, scan.id) if scan.ended_at is None else dict(json.loads(scan.counts))


def open_after(tx: Tx, scan_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """The findings by kind that were open when each of these scans ended, or are open now."""
    then = func.coalesce(table.c.ended_at, tx.now)
    was_open = (findings.c.first_seen_at <= then) & (
        findings.c.resolved_at.is_(None) | (findings.c.resolved_at > then)
    )
    query = (
        select(table.c.id, findings.c.kind, func.count())
        .join(findings, was_open)
        .where(table.c.id.in_(scan_ids))
        .group_by(table.c.id, findings.c.kind)
    )
    found: dict[str, dict[str, int]] = {}
    for scan_id, kind, count in tx.conn.execute(query):
        found.setdefault(scan_id, {})[kind] = int(count)
    return found


def first_seen_in(tx: Tx, scan_ids: Sequence[str]) -> dict[str, int]:
    """How many findings each of these scans was the first to see."""
    return _by_scan(tx, findings.c.first_scan, scan_ids)


def resolved_in(tx: Tx, scan_ids: Sequence[str]) -> dict[str, int]:
    """How many findings each of these scans no longer saw."""
    return _by_scan(tx, findings.c.resolved_scan, scan_ids)


def _by_scan(tx: Tx, column: Any, scan_ids: Sequence[str]) -> dict[str, int]:
    query = select(column, func.count()).where(column.in_(scan_ids)).group_by(column)
    return {str(scan_id): int(count) for scan_id, count in tx.conn.execute(query)}


def _hint(tx: Tx, scan_id: str) -> str:
    newest = select(table.c.id).order_by(table.c.opened_at.desc()).limit(_NEAREST_OF)
    close = get_close_matches(scan_id.strip(), list(tx.conn.execute(newest).scalars()), n=1)
    return f"did you mean {close[0]}?" if close else "`handover drift scans` lists them"
