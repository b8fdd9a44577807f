"""What the doctor says about workers, beats, the queue, clocks, keys and limits."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text, update

from config.version import version
from handover.checks import clocks, crew, environment, keys, queue
from handover.checks.finding import Status
from handover.exits import Exit
from tests.integration.checks.found import found, of
from tests.integration.journal.scene import opening
from tests.parts.redis import RedisServer
from worker import presence
from worker.beats import take_slot
from worker.journal import processes, runs
from worker.journal.schema import processes as processes_table
from worker.journal.schema import slots
from worker.runtime import journal, milliseconds

NOW = version()


def _note(name: str, kind: str = "worker", **changes: Any) -> None:
    said = {"ahead": 0, "version": NOW, **changes}
    with journal().write() as tx:
        processes.note(tx, name, kind=kind, **said)


def _silent_for(name: str, seconds: float) -> None:
    with journal().write() as tx:
        seen = tx.now - milliseconds(seconds)
        where = processes_table.c.name == name
        tx.conn.execute(update(processes_table).where(where).values(seen_at=seen))


def _overdue_run() -> str:
    with journal().write() as tx:
        run_id, _ = runs.open_run(tx, opening())
        tx.conn.execute(text("UPDATE runs SET due_at = 1"))
    return run_id


def test_workers_that_are_alive(installation: str) -> None:
    """They are named; nothing else is said."""
    _note("one:1")
    _note("two:2")
    findings = found(crew.workers)
    assert {finding.status for finding in findings} == {Status.OK}
    assert findings[0].says.startswith("2 workers alive: ")
    assert {"one:1", "two:2"} == set(findings[0].says.partition(": ")[2].split(", "))


def test_no_worker(installation: str) -> None:
    """A warning while nothing waits for one; a failure once a run is overdue."""
    journal()
    assert of(found(crew.workers), Status.WARN)[0].startswith("no worker is alive; 0 runs under")
    run = _overdue_run()
    (failure,) = [f for f in found(crew.workers) if f.status is Status.FAIL]
    assert (failure.exit_code, run in failure.says) == (Exit.UNAVAILABLE, True)
    assert "Start a worker" in failure.next
    _note("one:1")
    assert of(found(crew.workers), Status.FAIL) == []
    assert "overdue" in of(found(crew.workers), Status.WARN)[0]


def test_a_worker_that_fell_silent(installation: str) -> None:
    """It is news for an hour; whoever ended as they should left no row."""
    _note("one:1")
    _note("two:2")
    _silent_for("two:2", presence.silent_after() + 5)
    assert "worker two:2 fell silent" in of(found(crew.workers), Status.WARN)[0]
    _silent_for("two:2", 4000)
    assert of(found(crew.workers), Status.WARN) == []


def test_a_beat_that_fell_silent(installation: str) -> None:
    """It held nothing, so nothing of it goes on elsewhere."""
    _note("one:9", kind="beat")
    _silent_for("one:9", presence.silent_after() + 5)
    (finding,) = [f for f in found(crew.beat) if "fell silent" in f.says]
    assert "Look at its host" in finding.next
    assert "elsewhere" not in finding.next


def test_versions_that_differ(installation: str) -> None:
    """From one another, or from this program."""
    _note("one:1", version="0.0.1")
    (said,) = of(found(crew.workers), Status.WARN)
    assert said == f"versions differ: here {NOW}, workers 0.0.1"


def test_no_beat_and_an_old_slot(installation: str) -> None:
    """Alive, and the last slot taken in time: good. Else it is said what is missing."""
    journal()
    assert "no beat is alive" in of(found(crew.beat), Status.WARN)[0]
    _note("one:9", kind="beat")
    with journal().write() as tx:
        assert take_slot(tx, "export-heads", 3600)
    assert {finding.status for finding in found(crew.beat)} == {Status.OK}
    with journal().write() as tx:
        tx.conn.execute(update(slots).values(taken_at=tx.now - 3 * 3_600_000))
    (said,) = of(found(crew.beat), Status.WARN)
    assert said == "the heads of the chains were exported 180 min ago, too long ago"


def test_messages_that_nobody_takes(
    installation: str, own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no worker alive that is a failure; with one it is only a number."""
    journal()
    with own_redis.client() as client:
        client.lpush("handover", "a message")
    try:
        values = {"REDIS_URL": own_redis.url}
        (failure,) = [f for f in found(queue.queue, **values) if f.status is Status.FAIL]
        assert failure.says == "1 message in the queue handover, and nobody takes them"
        assert "HANDOVER_QUEUE" in failure.next
        _note("one:1")
        assert of(found(queue.queue, **values), Status.FAIL) == []
    finally:
        own_redis.flushall()


def test_clocks_that_differ(installation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process's, and this host's where the journal has a clock of its own."""
    _note("one:1", ahead=1500)
    assert of(found(clocks.clocks), Status.WARN) == []
    _note("two:2", ahead=-61_000)
    assert of(found(clocks.clocks), Status.WARN) == [
        "the clock of worker two:2 is 61 s behind the journal's"
    ]
    if installation == "postgresql":
        real = time.time()
        monkeypatch.setattr("time.time", lambda: real + 600)
        assert "this host's clock is 600 s ahead of the journal's" in of(
            found(clocks.clocks), Status.WARN
        )


@pytest.fixture
def late_neighbour() -> Iterator[str]:
    """A server whose clock is ten minutes late."""

    class Late(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            late = datetime.now(UTC) - timedelta(minutes=10)
            self.send_header("Date", format_datetime(late, usegmt=True))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Late)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_neighbour_whose_clock_differs(tmp_path: Path, late_neighbour: str) -> None:
    """By the Date of its answer, whatever the answer is; one that is away is another check's."""
    values = {"HANDOVER_STATE_DIR": str(tmp_path / "none")}
    said = of(found(clocks.clocks, ZUORA_URL=late_neighbour, **values), Status.WARN)
    assert len(said) == 1
    assert "s ahead of Zuora's" in said[0]
    assert 598 <= int(said[0].split(" is ")[1].split(" ")[0]) <= 605
    away = found(clocks.clocks, CUSTOMERSDOT_URL="http://127.0.0.1:1", **values)
    assert [finding.status for finding in away] == [Status.UNKNOWN]
    assert "none could be compared" in away[0].says


GOOD = "7Ev6vNwwHBLTP3yMyFrzeZOeJaWOAqUvg4pLNIvqLaE="
ZEROS = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


@pytest.mark.parametrize(
    ("masters", "lookup", "said"),
    [
        (GOOD, "q8Zp2LrT6vXk1mNs", []),
        (ZEROS, "q8Zp2LrT6vXk1mNs", ["was not drawn at random"]),
        (f"{GOOD},{GOOD}", "q8Zp2LrT6vXk1mNs", ["the same key twice"]),
        (GOOD, "short", ["is short or simple"]),
        (GOOD, "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", ["is short or simple"]),
        (GOOD, GOOD, ["is one of the master keys"]),
    ],
)
def test_weak_keys(masters: str, lookup: str, said: list[str], tmp_path: Path) -> None:
    """Warned of, never shown; a run could be opened all the same."""
    settings = {"HANDOVER_MASTER_KEYS": masters, "HANDOVER_LOOKUP_KEY": lookup}
    values = {name.removeprefix("HANDOVER_").lower(): value for name, value in settings.items()}
    findings = found(keys.keys, state_dir=tmp_path, **values)
    warnings = of(findings, Status.WARN)
    assert len(warnings) == len(said)
    for one, word in zip(warnings, said, strict=True):
        assert word in one
    assert findings[-1].status is Status.OK
    assert masters not in repr(findings)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, []),
        ({"quiet_seconds": 61}, ["HANDOVER_QUIET_SECONDS"]),
        ({"step_limit_seconds": 25}, ["HANDOVER_STEP_LIMIT_SECONDS"]),
        ({"scan_seconds": 31, "orphan_seconds": 40}, ["HANDOVER_SCAN_SECONDS"]),
        ({"orphan_seconds": 1}, ["HANDOVER_ORPHAN_SECONDS"]),
        ({"read_seconds": 299}, ["HANDOVER_CONNECT_SECONDS"]),
    ],
)
def test_limits_that_do_not_fit(values: dict[str, float], said: list[str]) -> None:
    """Each pair is named with what to do; the defaults fit."""
    warnings = of(found(environment.limits, state_dir=Path("/nowhere"), **values), Status.WARN)
    assert [warning.split(" ")[0] for warning in warnings] == said
