"""Findings as people look at them: lists, one with its history, and what they decide about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select, update

from domain.errors import InvalidRequest
from worker.journal.database import Tx
from worker.journal.findings import note
from worker.journal.scan_schema import finding_events, findings

_NEAREST_OF = 1000
"""Among how many of the newest findings the one is looked for that was probably meant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for.

    `account` is a number or an id, letter case aside. `resolved` says whether those that are
    resolved belong to the list as well; `acknowledged` whether only those that are, only those that
    are not, or (None) both. `after` is a moment after which they were first seen.
    """

    kind: str | None = None
    account: str | None = None
    resolved: bool = False
    acknowledged: bool | None = None
    after: int = 0


def search(tx: Tx, wanted: Wanted, *, limit: int | None = None) -> Sequence[Row[Any]]:
    """The findings that are asked for: open ones first, then those that nobody has acknowledged.

    Of these the newest come first.
    """
    query = _only(select(findings), tx, wanted).order_by(
        findings.c.resolved_at.is_not(None),
        _is_acknowledged(tx),
        findings.c.first_seen_at.desc(),
        findings.c.id,
    )
    return tx.conn.execute(query.limit(limit)).all()


def count(tx: Tx, wanted: Wanted) -> int:
    """How many findings are asked for."""
    query = _only(select(func.count()).select_from(findings), tx, wanted)
    return int(tx.conn.execute(query).scalar_one())


def get(tx: Tx, finding_id: str) -> Row[Any]:
    """One finding, by its id in any letter case.

    Raises InvalidRequest, naming the nearest one, if there is none of that id.
    """
    query = select(findings).where(findings.c.id == finding_id.strip().upper())
    row = tx.conn.execute(query).one_or_none()
    if row is None:
        raise InvalidRequest([f"there is no finding of that id; {_hint(tx, finding_id)}"])
    return row


def history(tx: Tx, finding_id: str) -> Sequence[Row[Any]]:
    """What has happened to a finding, oldest first."""
    query = (
        select(finding_events)
        .where(finding_events.c.finding_id == finding_id)
        .order_by(finding_events.c.seq)
    )
    return tx.conn.execute(query).all()


def open_by_kind(tx: Tx) -> list[tuple[str, int, int]]:
    """For each kind of which findings are open: (kind, how many, how many are acknowledged)."""
    acknowledged = func.sum(case((_is_acknowledged(tx), 1), else_=0))
    query = (
        select(findings.c.kind, func.count(), acknowledged)
        .where(findings.c.resolved_at.is_(None))
        .group_by(findings.c.kind)
        .order_by(func.count().desc(), findings.c.kind)
    )
    return [(kind, int(count), int(known)) for kind, count, known in tx.conn.execute(query)]


def accounts_with_open(tx: Tx) -> int:
    """On how many accounts findings are open."""
    query = select(func.count(findings.c.account_id.distinct()))
    return int(tx.conn.execute(query.where(findings.c.resolved_at.is_(None))).scalar_one())


def acknowledge(tx: Tx, finding_id: str, *, by: str, reason: str, until: int) -> str:
    """Notes that somebody knows about a finding until a moment, and returns its id.

    An earlier acknowledgement is replaced. Raises InvalidRequest for an unknown finding, and for
    one that is resolved.
    """
    found = get(tx, finding_id)
    acknowledged = (
        update(findings)
        .where(findings.c.id == found.id, findings.c.resolved_at.is_(None))
        .values(
            acknowledged_by=by,
            acknowledged_at=tx.now,
            acknowledged_until=until,
            acknowledged_reason=reason,
        )
    )
    if not tx.conn.execute(acknowledged).rowcount:
        raise InvalidRequest([f"finding {found.id} is resolved: there is nothing to acknowledge"])
    note(tx, found.id, "acknowledged", actor=by, data={"until": until})
    return str(found.id)


def _only(query: Select[Any], tx: Tx, wanted: Wanted) -> Select[Any]:
    if wanted.kind is not None:
        query = query.where(findings.c.kind == wanted.kind)
    if wanted.account is not None:
        name = wanted.account.strip().lower()
        number, key = (func.lower(c) for c in (findings.c.account_number, findings.c.account_id))
        query = query.where((number == name) | (key == name))
    if not wanted.resolved:
        query = query.where(findings.c.resolved_at.is_(None))
    if wanted.acknowledged is not None:
        query = query.where(_is_acknowledged(tx) == wanted.acknowledged)
    if wanted.after:
        query = query.where(findings.c.first_seen_at > wanted.after)
    return query


def _is_acknowledged(tx: Tx) -> ColumnElement[bool]:
    return func.coalesce(findings.c.acknowledged_until, 0) > tx.now


def _hint(tx: Tx, finding_id: str) -> str:
    newest = select(findings.c.id).order_by(findings.c.first_seen_at.desc()).limit(_NEAREST_OF)
    known = list(tx.conn.execute(newest).scalars())
    close = get_close_matches(finding_id.strip().upper(), known, n=1)
    return f"did you mean {close[0]}?" if close else "`handover drift list --all` lists them"
