"""A full scan against a sandbox with planted differences: all of them found, and nothing else.

The sandbox plants in its own words; what it has planted is its own list, and not the scanner's.
"""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from config.settings import settings
from domain.drift.kinds import Kind
from tasks.drift import comparing, scratch
from tests.integration.drift.scanning import KINDS, Scanning, scanning
from tests.integration.journal.scene import opening as request
from tests.parts.folders import short_folder
from tests.parts.postgres import PostgresServer
from tests.parts.sandbox import SandboxProcess, sandbox_process
from worker import runtime
from worker.journal import runs
from worker.journal.scan_schema import findings as findings_table
from worker.journal.scan_schema import metadata

POPULATION = ("--seed", "tidy", "--accounts", "300", "--number", "7", "--differences", "40")
COLUMNS = {"address_1": "address1", "address_2": "address2"}
"""What the sandbox calls a column, and we a field."""
PERSON = re.compile(rb"[\w.+-]+@firm\d+\.example|Sample Way", re.IGNORECASE)
MASKED = re.compile(rb"\*\*\*@f\*\*\*\.example")


@pytest.fixture(scope="module")
def neighbours() -> Iterator[SandboxProcess]:
    """300 accounts that agree, but for 40."""
    with sandbox_process(arguments=(*POPULATION, "--lag", "0.1")) as made:
        yield made


@pytest.fixture
def scanner(request: pytest.FixtureRequest, neighbours: SandboxProcess) -> Iterator[Scanning]:
    """An installation with a sandbox as it was planted; on SQLite, unless a test asks for both."""
    address = ""
    if getattr(request, "param", "") == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        address = server.create_database()
    with short_folder("state") as state, scanning(neighbours, state, address, {}) as made:
        made.control("POST", "reset")
        yield made


@pytest.mark.rule("D1")
@pytest.mark.rule("D3")
@pytest.mark.parametrize("scanner", ["sqlite", "postgresql"], indirect=True)
def test_everything_is_found_and_nothing_is_made_up(
    scanner: Scanning, caplog: pytest.LogCaptureFixture
) -> None:
    """On a busy day, too: a hundredth of the calls fails. The next scan sees the same."""
    scanner.control("POST", "faults/mixture", {"share": 0.01, "number": 3, "seconds": 1.5})
    assert {KINDS[row["kind"]] for row in scanner.planted()} == {
        kind.value for kind in Kind if kind is not Kind.CHANGE_UNDONE
    }
    with caplog.at_level(logging.INFO):
        first = scanner.scan()
    assert (first.result, scanner.found()) == ("drift", scanner.expected())
    assert _fields(scanner) == {
        row["account_id"]: {COLUMNS.get(one, one) for one in row["fields"]}
        for row in scanner.planted()
        if row["fields"]
    }
    assert caplog.text.count("findings to look at") == 1
    before = {row.id: (row.fields, row.shown) for row in scanner.findings()}
    scanner.control("DELETE", "faults")
    caplog.clear()
    with caplog.at_level(logging.INFO):
        second = scanner.scan()
    assert second.result == "drift"
    assert {row.id: (row.fields, row.shown) for row in scanner.findings()} == before
    assert "nothing new is out of step" in caplog.text


def test_what_is_put_right_is_resolved(scanner: Scanning) -> None:
    """And comes back as a new finding when it comes back."""
    scanner.scan()
    gone = scanner.planted()[::4]
    for planted in gone:
        scanner.control("POST", f"differences/{planted['id']}/undo")
    row = scanner.scan()
    assert scanner.found() == scanner.expected()
    assert {(one.kind, one.account_id) for one in scanner.findings(resolved=True)} == {
        (KINDS[one["kind"]], one["account_id"]) for one in gone
    }
    assert f"{len(gone)} resolved" in row.summary


def test_a_scan_that_finds_nothing_says_so(scanner: Scanning) -> None:
    for planted in scanner.planted():
        scanner.control("POST", f"differences/{planted['id']}/undo")
    row = scanner.scan()
    assert (row.result, row.summary, scanner.findings()) == ("clean", "No drift.", [])


def test_too_many_seem_to_differ(scanner: Scanning, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over all ranges, of which none has so many; then no account is read, and nothing is found."""
    monkeypatch.setattr(comparing, "FLOOR", 20)
    monkeypatch.setattr(comparing, "ACCOUNTS", 100)
    monkeypatch.setenv("HANDOVER_DRIFT_MOST_SUSPECTS", "0.1")
    settings.cache_clear()
    row = scanner.scan()
    assert (row.result, row.reason) == ("failed", "too-many-suspects")
    assert re.search(r"At least \d\d accounts seem .* has \d{3} active ones", row.summary)
    assert "HANDOVER_DRIFT_MOST_SUSPECTS" in row.summary
    assert set(scanner.suspects(row.id).values()) == {None}
    assert scanner.findings() == []


def test_what_is_acknowledged_is_no_news(
    scanner: Scanning, caplog: pytest.LogCaptureFixture
) -> None:
    """Until then it is neither told nor counted."""
    scanner.scan()
    with runtime.journal().write() as tx:
        tx.conn.execute(update(findings_table).values(acknowledged_until=tx.now + 3_600_000))
    caplog.clear()
    with caplog.at_level(logging.INFO):
        assert scanner.scan().result == "clean"
    assert "nothing new is out of step" in caplog.text
    assert len(scanner.findings()) == len(scanner.planted())


def _fields(scanner: Scanning) -> dict[str, set[str]]:
    """Which fields of the copy or the Customer's name and email are said to differ."""
    return {
        row.account_id: set(json.loads(row.fields))
        for row in scanner.findings()
        if json.loads(row.fields) not in ([], ["login_activated"])
    }


def test_an_account_that_a_run_holds_is_left(scanner: Scanning) -> None:
    """It is neither found nor resolved; once the run has ended, it is."""
    held = scanner.planted()[0]
    with runtime.journal().write() as tx:
        run_id, _ = runs.open_run(
            tx, request(claims=(("account", held["account_number"]),), people=())
        )
    row = scanner.scan()
    ours = (KINDS[held["kind"]], held["account_id"])
    assert scanner.found() == scanner.expected() - {ours}
    assert scanner.suspects(row.id)[held["account_id"]] == "left"
    with runtime.journal().write() as tx:
        runs.end(tx, run_id, "cancelled", actor="kim", reason="test", summary="")
    scanner.scan()
    assert scanner.found() == scanner.expected()


def test_nobody_can_be_recognised(scanner: Scanning, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in what a scan has on disk at its end nor in the journal stands an address."""
    kept: dict[str, bytes] = {}

    def keep() -> None:
        for path in scanner.state.rglob("*"):
            if path.is_file():
                kept[str(path)] = kept.get(str(path), b"") + path.read_bytes()

    monkeypatch.setattr(scratch, "clear", keep)
    assert scanner.scan().result == "drift"
    with runtime.journal().read() as tx:
        for table in metadata.sorted_tables:
            kept[table.name] = repr(tx.conn.execute(select(table)).all()).encode()
    assert MASKED.search(kept["findings"])
    assert any("/drift/S-" in where and content for where, content in kept.items())
    assert {where for where, content in kept.items() if PERSON.search(content)} == set()
