"""Findings over scans: new, still there, resolved, told once, quiet while they are acknowledged."""

import json

import pytest
from sqlalchemy import event, select, update

from domain.drift.differences import Difference
from domain.drift.findings import OF_ACCOUNTS, OF_RUNS
from domain.drift.kinds import Kind
from tests.integration.journal.conftest import clock
from tests.integration.journal.scene import Clock
from worker.journal import findings, scans
from worker.journal.database import Journal, Tx
from worker.journal.findings import Looked
from worker.journal.scan_schema import finding_events
from worker.journal.scan_schema import findings as table

__all__ = ["clock"]

LOGIN_OFF = Difference(kind=Kind.LOGIN_OFF, subject="7", fields=("login_activated",))
NO_COPY = Difference(kind=Kind.COPY_MISSING, subject="c1")
UNDONE = Difference(kind=Kind.CHANGE_UNDONE, subject="ho-1", fields=("members",))


@pytest.fixture
def scan(journal: Journal, clock: Clock) -> str:
    """A scan's id."""
    return _scan(journal)


def _scan(journal: Journal) -> str:
    with journal.write() as tx:
        for row in scans.unfinished(tx):
            scans.end(tx, row.id, "clean", summary="")
        scan_id = scans.open_scan(tx, "full", lane="accounts", phase="plan", by="kim")
    assert scan_id
    return scan_id


def _look(
    journal: Journal, scan_id: str, *seen: Difference, account: str = "a1", number: str = "A1"
) -> None:
    with journal.write() as tx:
        kinds = OF_RUNS if UNDONE in seen else OF_ACCOUNTS
        findings.record(tx, Looked(scan_id, account, number, kinds, seen), actor="w1")


def _rows(journal: Journal) -> dict[str, tuple[str | None, str]]:
    """By kind: the scan that resolved it, and the one that saw it last."""
    with journal.read() as tx:
        return {r.kind: (r.resolved_scan, r.last_scan) for r in tx.conn.execute(select(table))}


def _events(tx: Tx) -> list[str]:
    query = select(finding_events.c.kind).order_by(finding_events.c.seq)
    return list(tx.conn.execute(query).scalars())


def test_seen_again_and_seen_no_more(journal: Journal, scan: str) -> None:
    """A finding lives from the first scan that sees it to the first that looks and doesn't."""
    _look(journal, scan, LOGIN_OFF, NO_COPY)
    _look(journal, scan, LOGIN_OFF, NO_COPY)  # whoever takes a piece over looks once more
    second = _scan(journal)
    _look(journal, second, LOGIN_OFF)
    assert _rows(journal) == {"login-deactivated": (None, second), "copy-missing": (second, scan)}
    with journal.read() as tx:
        assert _events(tx) == ["found", "found", "resolved"]
        assert findings.counts_of(tx, scan) == {"new": 2, "still": 0, "resolved": 0}
        assert findings.counts_of(tx, second) == {"new": 0, "still": 1, "resolved": 1}


def test_what_comes_back_is_new(journal: Journal, scan: str) -> None:
    for seen in ((NO_COPY,), (), (NO_COPY,)):
        _look(journal, scan, *seen)
    with journal.read() as tx:
        rows = tx.conn.execute(select(table).order_by(table.c.resolved_at)).all()
        assert sorted(row.resolved_at is None for row in rows) == [False, True]
        assert len({row.id for row in rows}) == 2
        assert len(findings.unresolved(tx, "a1", OF_ACCOUNTS)) == 1


def test_other_accounts_and_kinds_are_not_touched(journal: Journal, scan: str) -> None:
    """What proved runs are about is resolved by those who look at runs, and the other way round."""
    _look(journal, scan, NO_COPY)
    _look(journal, scan, NO_COPY, account="a2", number="")
    _look(journal, scan, UNDONE)
    _look(journal, scan)
    with journal.read() as tx:
        assert list(findings.unresolved(tx, "a1", OF_ACCOUNTS)) == []
        assert list(findings.unresolved(tx, "a2", OF_ACCOUNTS)) == [("copy-missing", "c1")]
        assert list(findings.unresolved(tx, "a1", OF_RUNS)) == [(UNDONE.kind.value, "ho-1")]
        assert findings.accounts_between(tx, "", None, OF_ACCOUNTS) == ["a2"]
        assert findings.accounts_between(tx, "a1", "a2", OF_RUNS) == ["a1"]


def test_one_run_says_nothing_of_another(journal: Journal, scan: str) -> None:
    _look(journal, scan, UNDONE)
    with journal.write() as tx:
        looked = Looked(scan, "a1", "A1", OF_RUNS, (), subject="ho-2")
        findings.record(tx, looked, actor="w1")
        assert list(findings.unresolved(tx, "a1", OF_RUNS)) == [UNDONE.identity]


def test_other_fields_are_noted(journal: Journal, scan: str) -> None:
    """It is the same finding, which says more by now."""
    _look(journal, scan, NO_COPY)
    _look(journal, scan, NO_COPY.model_copy(update={"fields": ("city",)}))
    with journal.read() as tx:
        assert _events(tx) == ["found", "changed"]
        assert json.loads(tx.conn.execute(select(table.c.fields)).scalar_one()) == ["city"]


def _told(journal: Journal, scan_id: str) -> list[str]:
    with journal.write() as tx:
        rows = findings.to_tell(tx, OF_ACCOUNTS)
        findings.mark_told(tx, [row.id for row in rows], scan_id, actor="w1")
        return [row.kind for row in rows]


def test_told_once(journal: Journal, scan: str, clock: Clock) -> None:
    """And once more after an acknowledgement has run out."""
    _look(journal, scan, NO_COPY)
    assert _told(journal, scan) == ["copy-missing"]
    clock.pass_(1000)
    assert _told(journal, scan) == []
    with journal.write() as tx:
        tx.conn.execute(update(table).values(acknowledged_until=clock.now + 5000))
        assert findings.open_by_kind(tx, OF_ACCOUNTS) == {}
        assert findings.to_look_at_again(tx, Kind.COPY_MISSING) == []
    assert _told(journal, scan) == []
    clock.pass_(5000)
    with journal.read() as tx:
        assert findings.open_by_kind(tx, OF_ACCOUNTS) == {"copy-missing": 1}
    assert _told(journal, scan) == ["copy-missing"]
    clock.pass_(1000)
    assert _told(journal, scan) == []


def test_many_are_told_in_few_statements(journal: Journal, scan: str) -> None:
    """Nobody else writes meanwhile: a first scan, which may find thousands, must hold up no run."""
    for n in range(8):
        _look(journal, scan, NO_COPY, account=f"a{n}")
    sent: list[str] = []
    event.listen(journal.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    assert len(_told(journal, scan)) == 8
    assert len([one for one in sent if one.startswith(("UPDATE", "INSERT"))]) == 2
    with journal.read() as tx:
        assert _events(tx).count("told") == 8


def test_what_is_acknowledged_at_once_is_told_when_that_ends(
    journal: Journal, scan: str, clock: Clock
) -> None:
    _look(journal, scan, NO_COPY)
    with journal.write() as tx:
        tx.conn.execute(update(table).values(acknowledged_until=clock.now + 1))
    assert _told(journal, scan) == []
    clock.pass_(1)
    assert _told(journal, scan) == ["copy-missing"]


def test_what_is_resolved_is_not_told(journal: Journal, scan: str) -> None:
    _look(journal, scan, NO_COPY)
    _look(journal, scan)
    assert _told(journal, scan) == []
