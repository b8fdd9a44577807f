"""Findings: confirmed differences over scans. What a scan records, resolves and tells.

A finding is unresolved until a scan looks at its account and does not see it; one that comes back
after that is a new finding. Its history is kept beside it, except for each time it was seen again.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from domain.drift.differences import Difference, Identity
from domain.drift.findings import consequence
from domain.drift.kinds import Kind
from worker.journal.database import Tx
from worker.journal.runs import ALPHABET
from worker.journal.scan_schema import finding_events, findings

_UNRESOLVED = findings.c.resolved_at.is_(None)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a scan saw of one account, whose number may be unknown: then it is empty.

    `kinds` are those that were looked for, about one `subject` only where it is given: a finding of
    theirs that is not resolved and not among what was `seen` is resolved by it.
    """

    scan_id: str
    account_id: str
    account_number: str
    kinds: Collection[Kind]
    seen: Sequence[Difference]
    subject: str | None = None


def record(tx: Tx, looked: Looked, *, actor: str) -> None:
    """Records what a look at one account means for its findings; to do it twice is no harm."""
    before = {
        key: row
        for key, row in unresolved(tx, looked.account_id, looked.kinds).items()
        if looked.subject in (None, row.subject)
    }
    follows = consequence({key: row.id for key, row in before.items()}, looked.seen)
    for new in follows.new:
        _add(tx, looked, new, actor)
    rows = {row.id: row for row in before.values()}
    for finding_id, still in follows.still.items():
        _renew(tx, looked, rows[finding_id], still, actor)
    for finding_id in follows.resolved:
        resolve(tx, finding_id, looked.scan_id, actor=actor)


def unresolved(tx: Tx, account_id: str, kinds: Collection[Kind]) -> dict[Identity, Row[Any]]:
    """An account's unresolved findings of some kinds."""
    query = select(findings).where(findings.c.account_id == account_id, _UNRESOLVED, _of(kinds))
    return {(row.kind, row.subject): row for row in tx.conn.execute(query)}


def accounts_between(tx: Tx, low: str, high: str | None, kinds: Collection[Kind]) -> list[str]:
    """The accounts with unresolved findings from one id to another, which is not included."""
    query = select(findings.c.account_id).distinct().where(_UNRESOLVED, _of(kinds))
    query = query.where(findings.c.account_id >= low)
    if high is not None:
        query = query.where(findings.c.account_id < high)
    return list(tx.conn.execute(query).scalars())


def to_look_at_again(tx: Tx, kind: Kind) -> Sequence[Row[Any]]:
    """The unresolved findings of a kind that nobody has acknowledged."""
    query = select(findings).where(_UNRESOLVED, findings.c.kind == kind.value, ~_quiet(tx))
    return tx.conn.execute(query.order_by(findings.c.id)).all()


def resolve(tx: Tx, finding_id: str, scan_id: str, *, actor: str, why: str = "") -> None:
    """A finding is seen no more; or can't be, and `why` is a stable word for that."""
    values = {"resolved_at": tx.now, "resolved_scan": scan_id}
    where = (findings.c.id == finding_id) & _UNRESOLVED
    if tx.conn.execute(update(findings).where(where).values(**values)).rowcount:
        data = {"scan": scan_id, **({"why": why} if why else {})}
        note(tx, finding_id, "resolved", actor=actor, data=data)


def to_tell(tx: Tx, kinds: Collection[Kind]) -> Sequence[Row[Any]]:
    """What people have to hear of: unresolved, not acknowledged, and not told since it was that.

    Whether it was told before an acknowledgement that has expired does not count.
    """
    not_since = findings.c.told_at < func.coalesce(findings.c.acknowledged_until, 0)
    untold = findings.c.told_at.is_(None) | not_since
    query = select(findings).where(_UNRESOLVED, _of(kinds), ~_quiet(tx), untold)
    return tx.conn.execute(query.order_by(findings.c.kind, findings.c.id)).all()


def mark_told(tx: Tx, finding_ids: Iterable[str], scan_id: str, *, actor: str) -> None:
    """These were told: all at once, because a first scan has many, and others wait to write."""
    ids = list(finding_ids)
    if not ids:
        return
    told = update(findings).where(findings.c.id == bindparam("one")).values(told_at=tx.now)
    tx.conn.execute(told, [{"one": one} for one in ids])
    same = {"at": tx.now, "kind": "told", "actor": actor, "data": json.dumps({"scan": scan_id})}
    tx.conn.execute(insert(finding_events), [{"finding_id": one, **same} for one in ids])


def open_by_kind(tx: Tx, kinds: Collection[Kind]) -> dict[str, int]:
    """How many findings of each kind are unresolved and not acknowledged."""
    query = select(findings.c.kind, func.count()).where(_UNRESOLVED, _of(kinds), ~_quiet(tx))
    return {kind: int(count) for kind, count in tx.conn.execute(query.group_by(findings.c.kind))}


def counts_of(tx: Tx, scan_id: str) -> dict[str, int]:
    """How many findings were `new` to a scan, `still` there, and `resolved` by it."""
    first, last, gone = (findings.c[f"{name}_scan"] for name in ("first", "last", "resolved"))
    conditions = {
        "new": first == scan_id,
        "still": (last == scan_id) & (first != scan_id),
        "resolved": gone == scan_id,
    }
    return {
        name: int(tx.conn.execute(select(func.count()).where(condition)).scalar_one())
        for name, condition in conditions.items()
    }


def note(tx: Tx, finding_id: str, kind: str, *, actor: str, data: Mapping[str, Any]) -> None:
    """Adds to the history of a finding. `data` holds no personal data."""
    values = {"finding_id": finding_id, "at": tx.now, "kind": kind, "actor": actor}
    tx.conn.execute(insert(finding_events).values(**values, data=json.dumps(dict(data))))


def _add(tx: Tx, looked: Looked, new: Difference, actor: str) -> None:
    row = {
        "id": "F-" + "".join(secrets.choice(ALPHABET.upper()) for _ in range(8)),
        "kind": new.kind.value,
        "account_id": looked.account_id,
        "account_number": looked.account_number,
        "subject": new.subject,
        "first_seen_at": tx.now,
        "first_scan": looked.scan_id,
        **_seen(tx, looked, new),
    }
    make = sqlite_insert if tx.conn.dialect.name == "sqlite" else postgresql_insert
    # Somebody whose lease has passed may be recording the same at this moment.
    made = tx.conn.execute(make(findings).values(**row).on_conflict_do_nothing())
    if made.rowcount:
        note(tx, row["id"], "found", actor=actor, data={"scan": looked.scan_id})


def _renew(tx: Tx, looked: Looked, known: Row[Any], still: Difference, actor: str) -> None:
    seen = _seen(tx, looked, still)
    tx.conn.execute(update(findings).where(findings.c.id == known.id).values(**seen))
    if known.fields != seen["fields"]:
        data = {"scan": looked.scan_id, "fields": list(still.fields)}
        note(tx, known.id, "changed", actor=actor, data=data)


def _seen(tx: Tx, looked: Looked, one: Difference) -> dict[str, Any]:
    return {
        "fields": json.dumps(one.fields),
        "shown": json.dumps(one.shown, sort_keys=True, ensure_ascii=False),
        "last_seen_at": tx.now,
        "last_scan": looked.scan_id,
    }


def _of(kinds: Collection[Kind]) -> ColumnElement[bool]:
    return findings.c.kind.in_(sorted(kind.value for kind in kinds))


def _quiet(tx: Tx) -> ColumnElement[bool]:
    """Somebody knows about it and has said until when that is enough."""
    return func.coalesce(findings.c.acknowledged_until, 0) > tx.now
