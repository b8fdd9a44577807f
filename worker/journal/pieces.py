"""Pieces of scans: who may work on one, how far it is, and what is to be sent for next.

A piece is claimed with a lease and a fencing number, as a run's step is. Whatever a worker records
names its number and needs its lease: one that was frozen until its lease had passed records
nothing, whether or not another has taken the piece since.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from domain.errors import HandoverError
from worker.journal import scans
from worker.journal.database import Tx
from worker.journal.feeding import LARGEST_GAP
from worker.journal.scan_schema import pieces
from worker.journal.scan_schema import scans as scans_table

Place = tuple[str, str, int]
"""Which piece: the scan's id, the phase, the number within it."""


class Fenced(HandoverError):
    """The lease of a piece has passed, or its scan has ended; this worker may record nothing."""

    code = "fenced"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one piece. `attempt` counts its tries from 1 since it last moved."""

    scan_id: str
    phase: str
    n: int
    fence: int
    owner: str
    attempt: int


def add(tx: Tx, scan_id: str, phase: str, specs: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    """Adds pieces to a phase: what each covers, and the time before which it can't be claimed.

    The time is in the journal's milliseconds; 0 is at once. The caller holds the scan's row.
    """
    here = (pieces.c.scan_id == scan_id) & (pieces.c.phase == phase)
    first = int(tx.conn.execute(select(func.count()).select_from(pieces).where(here)).scalar_one())
    rows = [
        {
            "scan_id": scan_id,
            "phase": phase,
            "n": n,
            "spec": json.dumps(spec, sort_keys=True),
            "counts": "{}",
            "fence": 0,
            "attempts": 0,
            "feeds": 0,
            "due_at": max(not_before, tx.now),
        }
        for n, (spec, not_before) in enumerate(specs, first)
    ]
    if rows:
        tx.conn.execute(insert(pieces), rows)


def claim(tx: Tx, place: Place, *, owner: str, milliseconds: int) -> tuple[Lease, Row[Any]] | None:
    """Takes a piece of the phase that is on, unless it is over, held, or it is too early.

    Raises InvalidRequest where there is no such scan.
    """
    scan_id, phase, n = place
    scan = scans.lock(tx, scan_id)
    row = tx.conn.execute(select(pieces).where(_at(place)).with_for_update()).one_or_none()
    if scan.ended_at is not None or scan.phase != phase or row is None or row.done_at is not None:
        return None
    if not row.feeds and row.due_at > tx.now:
        # Held, or told to wait. Nothing was sent for it since: this message is an older one.
        return None
    # A try whose worker vanished has failed, too; else a piece that kills its worker would be
    # taken over for ever.
    failed = row.attempts + (row.lease_owner is not None)
    lease = Lease(scan_id, phase, n, row.fence + 1, owner, failed + 1)
    until = tx.now + milliseconds
    changes = {
        "fence": lease.fence,
        "attempts": failed,
        "feeds": 0,
        "lease_owner": owner,
        "lease_until": until,
        "due_at": until,
    }
    tx.conn.execute(update(pieces).where(_at(place)).values(changes))
    return lease, row


def extend(tx: Tx, lease: Lease, milliseconds: int) -> bool:
    """Prolongs a lease that is still ours."""
    until = tx.now + milliseconds
    return _record(tx, lease, lease_until=until, due_at=until)


def check(tx: Tx, lease: Lease) -> Row[Any]:
    """Holds the piece and its scan and returns the scan, if the lease is ours. Raises Fenced."""
    scan = scans.lock(tx, lease.scan_id)
    query = select(pieces.c.n).where(_ours(tx, lease)).with_for_update()
    if tx.conn.execute(query).one_or_none() is None:
        raise Fenced(f"Piece {lease.n} of {lease.phase} in {lease.scan_id} is another's by now.")
    return scan


def move(
    tx: Tx, lease: Lease, cursor: str | None, counts: Mapping[str, int], milliseconds: int
) -> None:
    """Records how far a piece is, and prolongs its lease. Raises Fenced."""
    until = tx.now + milliseconds
    moved = {"cursor": cursor, "counts": _text(counts), "attempts": 0, "why": None}
    if not _record(tx, lease, lease_until=until, due_at=until, **moved):
        raise Fenced(f"Piece {lease.n} of {lease.phase} in {lease.scan_id} is another's by now.")


def give_back(
    tx: Tx, lease: Lease, *, until: int, counts: Mapping[str, int], why: str | None, counted: bool
) -> None:
    """Leaves the piece to whoever is sent for it after a time. Raises Fenced.

    `counted` says whether this was a failed try, `why` is a stable word for it.
    """
    values = {
        "due_at": until,
        "feeds": 0,
        "counts": _text(counts),
        "why": why,
        "lease_owner": None,
        "lease_until": None,
        "attempts": lease.attempt - 1 + counted,
    }
    if not _record(tx, lease, **values):
        raise Fenced(f"Piece {lease.n} of {lease.phase} in {lease.scan_id} is another's by now.")


def finish(tx: Tx, lease: Lease, counts: Mapping[str, int]) -> None:
    """Records a piece as done. The caller holds it: see `check`."""
    done = {
        "done_at": tx.now,
        "due_at": None,
        "why": None,
        "counts": _text(counts),
        "lease_owner": None,
        "lease_until": None,
    }
    tx.conn.execute(update(pieces).where(_at((lease.scan_id, lease.phase, lease.n))).values(done))


def is_left(tx: Tx, scan_id: str, phase: str) -> bool:
    """Whether a phase has a piece that is not done."""
    here = (pieces.c.scan_id == scan_id) & (pieces.c.phase == phase)
    query = select(pieces.c.n).where(here, pieces.c.done_at.is_(None)).limit(1)
    return tx.conn.execute(query).first() is not None


def due(tx: Tx) -> Sequence[str]:
    """The ids of the scans that have a piece to be sent for, the longest waiting first."""
    query = (
        select(pieces.c.scan_id)
        .join(scans_table, _is_on())
        .where(pieces.c.due_at <= tx.now)
        .group_by(pieces.c.scan_id)
        .order_by(func.min(pieces.c.due_at))
    )
    return list(tx.conn.execute(query).scalars())


def held(tx: Tx, scan_id: str) -> int:
    """How many pieces of a scan are being worked on."""
    where = (pieces.c.scan_id == scan_id) & (pieces.c.lease_until > tx.now)
    return int(tx.conn.execute(select(func.count()).select_from(pieces).where(where)).scalar_one())


def take(tx: Tx, scan_id: str, *, limit: int, gap: int) -> list[Place]:
    """Takes the right to send for some due pieces: each goes to one of several scanners.

    `gap` is the time in milliseconds after which a piece may be sent for again; it doubles each
    time that nothing came of it.
    """
    query = (
        select(pieces.c.phase, pieces.c.n, pieces.c.feeds)
        .join(scans_table, _is_on())
        .where(pieces.c.scan_id == scan_id, pieces.c.due_at <= tx.now)
        .order_by(pieces.c.due_at, pieces.c.n)
        .limit(limit)
    )
    taken: list[Place] = []
    for row in tx.conn.execute(query).all():
        place = (scan_id, row.phase, row.n)
        later = tx.now + gap * min(2**row.feeds, LARGEST_GAP)
        fed = {"due_at": later, "feeds": row.feeds + 1}
        # Whoever waited here for another scanner finds that it is not due any more.
        still = _at(place) & (pieces.c.due_at <= tx.now)
        if tx.conn.execute(update(pieces).where(still).values(fed)).rowcount:
            taken.append(place)
    return taken


def of_scan(tx: Tx, scan_id: str) -> Sequence[Row[Any]]:
    """Every piece of a scan that is kept, for people who look."""
    query = select(pieces).where(pieces.c.scan_id == scan_id).order_by(pieces.c.phase, pieces.c.n)
    return tx.conn.execute(query).all()


def _is_on() -> ColumnElement[bool]:
    """The piece's phase is the one that its scan is in."""
    of_it = (scans_table.c.id == pieces.c.scan_id) & (scans_table.c.phase == pieces.c.phase)
    return of_it & scans_table.c.ended_at.is_(None)


def _at(place: Place) -> ColumnElement[bool]:
    scan_id, phase, n = place
    return (pieces.c.scan_id == scan_id) & (pieces.c.phase == phase) & (pieces.c.n == n)


def _ours(tx: Tx, lease: Lease) -> ColumnElement[bool]:
    """The fence alone would do for what another has taken; the time is for what nobody has."""
    mine = (pieces.c.fence == lease.fence) & (pieces.c.lease_owner == lease.owner)
    return _at((lease.scan_id, lease.phase, lease.n)) & mine & (pieces.c.lease_until > tx.now)


def _record(tx: Tx, lease: Lease, **values: object) -> bool:
    found = tx.conn.execute(update(pieces).where(_ours(tx, lease)).values(values))
    return bool(found.rowcount)


def _text(counts: Mapping[str, int]) -> str:
    return json.dumps(dict(counts), sort_keys=True)
