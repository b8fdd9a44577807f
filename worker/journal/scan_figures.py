"""What is counted of scans for drift and their findings: what is long over is read only once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from json import loads
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, case, func, select

from worker.journal.database import Tx
from worker.journal.scan_schema import findings, pieces, scans

RESULTS = ("clean", "drift", "failed", "cancelled")
"""How a scan may end."""
SETTLED_MILLISECONDS = 10 * 60 * 1000
"""No transaction lasts that long: whatever ended before can be seen by everybody."""

_NEWEST = select(func.max(scans.c.ended_at)).where(
    scans.c.kind == bindparam("kind"), scans.c.result == bindparam("result")
)


class Totals:
    """Sums of the counts of all scans, by kind. They never sink.

    A scan that has ended does not change any more, so that one object reads each of them once; a
    new one begins at the beginning and comes to the same numbers.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = kinds
        self._settled: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
        self._until = 0

    def read(self, tx: Tx) -> Mapping[str, Counter[str]]:
        """The sums now, those of unfinished scans so far included."""
        line = tx.now - SETTLED_MILLISECONDS
        settled = _copy(self._settled)
        _add(settled, tx, scans.c.ended_at >= self._until, scans.c.ended_at < line)
        self._settled, self._until = settled, max(line, self._until)
        sums = _copy(settled)
        _add(sums, tx, scans.c.ended_at >= self._until)
        for scan in unfinished(tx):
            if scan.kind in sums:
                sums[scan.kind].update(loads(scan.counts))
        return sums


def _copy(sums: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    return {kind: Counter(counts) for kind, counts in sums.items()}


def _add(sums: dict[str, Counter[str]], tx: Tx, *when: ColumnElement[bool]) -> None:
    # The results are named so that the index on kind, result and end serves.
    which = scans.c.kind.in_(sums), scans.c.result.in_(RESULTS)
    query = select(scans.c.kind, scans.c.counts).where(*which, *when)
    for kind, counts in tx.conn.execute(query):
        sums[kind].update(loads(counts))


def last_ends(tx: Tx, kinds: Sequence[str]) -> dict[tuple[str, str], int]:
    """When a scan of each kind last ended with each result; those that never did are left out."""
    found = {}
    for kind in kinds:
        for result in RESULTS:
            at = tx.conn.execute(_NEWEST, {"kind": kind, "result": result}).scalar_one()
            if at is not None:
                found[kind, result] = int(at)
    return found


def ended_scan(tx: Tx, kind: str, result: str, ended_at: int) -> Row[Any]:
    """A scan of that kind which has ended so at that time."""
    query = select(scans).where(
        scans.c.kind == kind, scans.c.result == result, scans.c.ended_at == ended_at
    )
    return tx.conn.execute(query.limit(1)).one()


def unfinished(tx: Tx) -> Sequence[Row[Any]]:
    """The scans that have not ended: at most one in each lane."""
    return tx.conn.execute(select(scans).where(scans.c.ended_at.is_(None))).all()


def pieces_of(tx: Tx, scan_id: str) -> tuple[int, int]:
    """How many pieces of a scan are done, and how many are left as far as is known."""
    query = select(func.count(pieces.c.done_at), func.count()).where(pieces.c.scan_id == scan_id)
    done, known = tx.conn.execute(query).one()
    return done, known - done


def unresolved(tx: Tx) -> dict[tuple[str, bool], int]:
    """How many findings are not resolved, by kind and whether one is acknowledged now."""
    acknowledged = case((findings.c.acknowledged_until > tx.now, 1), else_=0)
    query = (
        select(findings.c.kind, acknowledged, func.count())
        .where(findings.c.resolved_at.is_(None))
        .group_by(findings.c.kind, acknowledged)
    )
    return {(kind, bool(given)): count for kind, given, count in tx.conn.execute(query)}


def first_seen_by(tx: Tx, scan_id: str) -> int:
    """How many findings a scan was the first to see."""
    query = select(func.count()).where(findings.c.first_scan == scan_id)
    return int(tx.conn.execute(query).scalar_one())
