"""A journal with something to count: runs, a question, scans, findings, processes and slots."""

from typing import Any

from sqlalchemy import Table, insert

from tests.integration.journal.scene import Scene, other
from worker.journal import processes
from worker.journal.scan_schema import findings, pieces, scans
from worker.journal.schema import slots

NEWEST = "scan-newest"


def put(scene: Scene, table: Table, *rows: dict[str, Any]) -> None:
    """Rows as they stand."""
    with scene.journal.write() as tx:
        for row in rows:
            tx.conn.execute(insert(table).values(row))


def scan(name: str, **changes: Any) -> dict[str, Any]:
    """A row of a full scan that has ended clean."""
    row = {
        "id": name,
        "kind": "full",
        "lane": "accounts",
        "opened_by": "beat",
        "opened_at": 1_000_000,
        "phase": "close",
        "counts": '{"accounts": 10, "calls_zuora": 2, "calls_customersdot": 3}',
        "result": "clean",
        "ended_at": 2_000_000,
    }
    return {**row, **changes}


def finding(name: str, **changes: Any) -> dict[str, Any]:
    """A row of an open finding."""
    row = {
        "id": name,
        "kind": "nobody-manages",
        "account_id": f"8ad{name}",
        "account_number": "A00000001",
        "subject": "",
        "fields": "[]",
        "shown": '{"zuora": {"email": "k***@q***.test"}}',
        "first_seen_at": 1,
        "first_scan": NEWEST,
        "last_seen_at": 1,
        "last_scan": NEWEST,
    }
    return {**row, **changes}


def piece(number: int, **changes: Any) -> dict[str, Any]:
    """A row of a piece that is left."""
    row = {"scan_id": "scan-now", "phase": "read", "n": number, "spec": "{}", "counts": "{}"}
    return {**row, "fence": 0, "attempts": 0, "feeds": 0, **changes}


def lived(scene: Scene) -> int:
    """Fills a journal; returns the time at which it is."""
    now = scene.clock.now
    _runs(scene)
    counts = '{"accounts": 100, "skipped": 4, "suspects": 7, "in_flight": 1, "calls_zuora": 9}'
    newest = {"counts": counts, "result": "drift", "opened_at": now - 90_000}
    running = {"counts": '{"calls_zuora": 5}', "result": None, "ended_at": None}
    put(
        scene,
        scans,
        scan("scan-old"),
        scan(NEWEST, **newest, ended_at=now - 30_000),
        scan("scan-broken", kind="proved", lane="runs", result="failed", ended_at=now - 9_000),
        scan("scan-now", kind="changed", **running, opened_at=now - 5_000),
    )
    put(scene, pieces, piece(0, done_at=now), piece(1, done_at=None), piece(2, done_at=None))
    put(
        scene,
        findings,
        finding("F-1", first_scan="scan-old"),
        finding("F-2"),
        finding("F-3", acknowledged_until=now + 1_000_000),
        finding("F-4", kind="login-deactivated", acknowledged_until=now),
        finding("F-5", resolved_at=now, resolved_scan=NEWEST),
    )
    put(
        scene,
        slots,
        {"job": "export-heads", "slot": now - 7_200_000, "taken_at": now, "taken_by": "a:1"},
        {"job": "export-heads", "slot": now - 3_600_000, "taken_at": now, "taken_by": "a:1"},
        {"job": "of-another-version", "slot": 5_000, "taken_at": now, "taken_by": "a:1"},
    )
    with scene.journal.write() as tx:
        for name, kind in (("a:1", "worker"), ("a:2", "worker"), ("b:1", "beat")):
            processes.note(tx, name, kind=kind, ahead=0, version="0.1.0")
    scene.clock.pass_(120_000)
    with scene.journal.write() as tx:
        processes.note(tx, "a:1", kind="worker", ahead=0, version="0.1.0")
    return scene.clock.now


def _runs(scene: Scene) -> None:
    scene.open()
    scene.end(scene.open(other(2, workflow="add-contact")), "refused")
    scene.wait(scene.lease(scene.open(other(3)), "verify"))
    scene.execute("UPDATE questions SET expires_at = :at", at=scene.clock.now + 1)
