"""Reading what is known about drift: findings, one with its history, scans, and all at once."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from domain.drift.kinds import Kind
from domain.drift.remedies import About, next_command, remedies
from domain.errors import InvalidRequest
from handover.drift.reports import (
    Acknowledgement,
    Detail,
    Event,
    Finding,
    Progress,
    Report,
    Scan,
    Sides,
    Totals,
)
from worker.journal import finding_lists, scan_lists
from worker.journal import scans as journal_scans
from worker.journal.database import Tx
from worker.journal.finding_lists import Wanted
from worker.runtime import journal

SHOWN = 5_000
"""How many findings a report holds: a page with many more could not be read on a phone."""
TREND = 60
"""How many full scans a report looks back on."""
KINDS = ("full", "changed", "proved")
SYSTEMS = ("zuora", "customersdot")
WELL = ("clean", "drift")
"""How scans end that have looked at everything."""


def findings(
    limit: int | None = 100,
    *,
    kind: str | None = None,
    account: str | None = None,
    resolved: bool = False,
    acknowledged: bool | None = None,
    new: bool = False,
) -> tuple[Finding, ...]:
    """The findings that are open: those that nobody has acknowledged first, the newest first.

    `account` is a number or an id; `resolved` adds those that are resolved; `acknowledged` asks for
    those that are, or are not; `new` for those that the last full scan but one did not know yet.
    No `limit` gives all. Raises InvalidRequest for an unknown kind, and Unavailable.
    """
    if kind is not None and kind not in set(Kind):
        raise InvalidRequest([f"kind: is none of {', '.join(Kind)}"])
    with journal().read() as tx:
        line = _new_after(tx)
        wanted = Wanted(
            kind=kind,
            account=account,
            resolved=resolved and not new,
            acknowledged=False if new else acknowledged,
            after=line if new else 0,
        )
        found = finding_lists.search(tx, wanted, limit=limit)
        return tuple(_finding(row, tx.now, line) for row in found)


def finding(finding_id: str) -> Detail:
    """One finding with its history. Raises InvalidRequest, naming the nearest one."""
    with journal().read() as tx:
        row = finding_lists.get(tx, finding_id)
        return Detail(
            finding=_finding(row, tx.now, _new_after(tx)),
            history=tuple(
                Event(at=one.at, kind=one.kind, actor=one.actor, data=json.loads(one.data))
                for one in finding_lists.history(tx, row.id)
            ),
        )


def scans(limit: int = 20, *, kind: str | None = None) -> tuple[Scan, ...]:
    """The scans that are not finished, then those that have ended, the newest first.

    Raises InvalidRequest for an unknown kind, and Unavailable.
    """
    if kind is not None and kind not in KINDS:
        raise InvalidRequest([f"kind: is none of {', '.join(KINDS)}"])
    with journal().read() as tx:
        at_work = [row for row in journal_scans.unfinished(tx) if kind in (None, row.kind)]
        rows = [*at_work, *scan_lists.ended(tx, limit=limit, kind=kind)]
        return _scans(tx, rows[:limit])


def one_scan(scan_id: str) -> Scan:
    """One scan as it stands. Raises InvalidRequest, naming the nearest one."""
    with journal().read() as tx:
        return _scans(tx, [scan_lists.get(tx, scan_id)])[0]


def overview(limit: int = SHOWN) -> Report:
    """Everything that is known about drift now, with so many of the open findings at most."""
    with journal().read() as tx:
        line = _new_after(tx)
        shown = finding_lists.search(tx, Wanted(), limit=limit)
        totals = _totals(tx, line)
        others = [row for kind in KINDS[1:] for row in scan_lists.ended(tx, limit=1, kind=kind)]
        clean = scan_lists.last_ends(tx, KINDS[0], WELL[:1], limit=1)
        return Report(
            made_at=tx.now,
            totals=totals,
            findings=tuple(_finding(row, tx.now, line) for row in shown),
            left_out=totals.open - len(shown),
            scans=_scans(tx, scan_lists.ended(tx, limit=TREND, kind=KINDS[0]))[::-1],
            others=_scans(tx, others),
            running=_scans(tx, journal_scans.unfinished(tx)),
            last_clean_at=next(iter(clean), None),
        )


def _new_after(tx: Tx) -> int:
    """Whatever was first seen after this moment is new: the end of the last full scan but one."""
    ends = scan_lists.last_ends(tx, KINDS[0], WELL, limit=2)
    return ends[1] if len(ends) == 2 else 0


def _totals(tx: Tx, new_after: int) -> Totals:
    by_kind = finding_lists.open_by_kind(tx)
    return Totals(
        open=sum(count for _, count, _ in by_kind),
        acknowledged=sum(known for _, _, known in by_kind),
        new=finding_lists.count(tx, Wanted(acknowledged=False, after=new_after)),
        accounts=finding_lists.accounts_with_open(tx),
        by_kind={Kind(kind): count for kind, count, _ in by_kind},
    )


def _finding(row: Row[Any], now: int, new_after: int) -> Finding:
    kind, account = Kind(row.kind), row.account_number or row.account_id
    known = _acknowledgement(row, now)
    steps = remedies(kind, About(finding=row.id, account=account, subject=row.subject))
    return Finding(
        id=row.id,
        kind=kind,
        meaning=kind.meaning,
        account=account,
        account_id=row.account_id,
        subject=row.subject,
        fields=tuple(json.loads(row.fields)),
        sides=_sides(json.loads(row.shown)),
        first_seen_at=row.first_seen_at,
        first_scan=row.first_scan,
        last_seen_at=row.last_seen_at,
        last_scan=row.last_scan,
        resolved_at=row.resolved_at,
        resolved_scan=row.resolved_scan,
        acknowledged=known,
        new=not known and row.resolved_at is None and row.first_seen_at > new_after,
        next_command=next_command(steps),
        remedies=steps,
    )


def _sides(shown: Sides) -> Sides:
    """Zuora's side first: it is the one that counts."""
    return dict(sorted(shown.items(), reverse=True)) if "zuora" in shown else shown


def _acknowledgement(row: Row[Any], now: int) -> Acknowledgement | None:
    if row.acknowledged_until is None or row.acknowledged_until <= now:
        return None
    return Acknowledgement(
        by=row.acknowledged_by,
        at=row.acknowledged_at,
        until=row.acknowledged_until,
        reason=row.acknowledged_reason,
    )


def _scans(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[Scan, ...]:
    ids = [row.id for row in rows]
    after = scan_lists.open_after(tx, ids)
    new, resolved = scan_lists.first_seen_in(tx, ids), scan_lists.resolved_in(tx, ids)
    return tuple(
        _scan(
            tx,
            row,
            open={Kind(kind): count for kind, count in after.get(row.id, {}).items()},
            new=new.get(row.id, 0),
            resolved=resolved.get(row.id, 0),
        )
        for row in rows
    )


def _scan(tx: Tx, row: Row[Any], **found: Any) -> Scan:
    counts = scan_lists.counts_of(tx, row)
    done, known, why = scan_lists.pieces_of(tx, row.id, row.phase)
    return Scan(
        id=row.id,
        kind=row.kind,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        result=row.result,
        reason=row.reason,
        summary=row.summary,
        progress=Progress(phase=row.phase, done=done, known=known, why=why),
        accounts=counts.get("accounts", 0),
        suspects=counts.get("suspects", 0),
        skipped=counts.get("skipped", 0),
        in_flight=counts.get("in_flight", 0),
        unreadable=counts.get("unreadable", 0),
        calls={system: counts.get(f"calls_{system}", 0) for system in SYSTEMS},
        **found,
    )
