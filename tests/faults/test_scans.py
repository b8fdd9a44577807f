"""Scans and `kill -9`: of workers in the middle of a piece, of Redis, of both; and two beats.

What a scan has counted in the end is what it counts when nothing happens.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.beat import PersistentScheduler

from tests.parts.drift_app import PAGES, PIECES, UNDISTURBED, made_up
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips, worker_of
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, beat_process
from worker.app import app
from worker.broker import queue_length
from worker.journal import scans
from worker.journal.database import Tx
from worker.runtime import journal
from worker.scans import registry
from worker.scans.opening import open_scan

APP = "tests.parts.drift_app"
READ = "drift-read"


@pytest.fixture(scope="module")
def trips(tmp_path_factory: pytest.TempPathFactory) -> Trips:
    """The folder of trips that the workers look into."""
    return Trips(Path(tmp_path_factory.mktemp("trips")))


@contextmanager
def _scanning(redis: RedisServer, trips: Trips, url: str = "") -> Iterator[Rehearsal]:
    env = {
        "HANDOVER_TRIPS": str(trips.folder),
        "TEST_PAGES": str(trips.folder.with_name(f"pages-{len(url)}")),
        "HANDOVER_DRIFT_AT": "none",
        "HANDOVER_DRIFT_PROVED_MINUTES": "1440",
    }
    with rehearsal(redis, database_url=url, env=env) as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_registry", {"full": made_up()})
        yield made


@pytest.fixture(scope="module")
def on_sqlite(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """An installation without any worker, on SQLite."""
    with _scanning(redis_server, trips) as made:
        yield made


@pytest.fixture(scope="module")
def on_postgres(
    redis_server: RedisServer, postgres_server: PostgresServer, trips: Trips
) -> Iterator[Rehearsal]:
    """The same on PostgreSQL."""
    with _scanning(redis_server, trips, postgres_server.create_database("scans")) as made:
        yield made


def drift_worker(made: Rehearsal) -> WorkerProcess:
    """A worker for drift that takes messages."""
    worker = made.add_worker(APP, "-Q", f"{made.env['HANDOVER_QUEUE']}.drift")
    worker.wait_ready()
    return worker


def ask(question: Callable[[Tx], Any]) -> Any:
    """What the journal says."""
    with journal().read() as tx:
        return question(tx)


def ended_well(made: Rehearsal, scan_id: str) -> Counter[str]:
    """Waits for the end; how often each page was read."""
    wait_until(lambda: ask(lambda tx: scans.get(tx, scan_id)).ended_at, 60, "the scan's end")
    row = ask(lambda tx: scans.get(tx, scan_id))
    assert (row.result, row.reason) == ("clean", None)
    counts = json.loads(row.counts)
    assert {**counts, "calls_zuora": 18} == UNDISTURBED
    lines = Path(made.env["TEST_PAGES"]).read_text().splitlines()
    pages = Counter(line for line in lines if line.startswith(f"{scan_id} "))
    assert len(pages) == PIECES * PAGES
    return pages


def _killed(made: Rehearsal, trips: Trips, *points: str) -> None:
    """Kills the process at each point, and at the first the whole worker."""
    drift_worker(made)
    trips.set(READ, points[0])
    scan_id = open_scan("full", "kim").id
    worker_of(made, trips.wait_hit(READ, points[0])).kill9()
    for point in points[1:]:
        trips.set(READ, point)
    worker = drift_worker(made)
    for point in points[1:]:
        worker.kill9_child(trips.wait_hit(READ, point))
    pages = ended_well(made, scan_id)
    # What was recorded is not read again; a kill costs the page at hand.
    assert sum(pages.values()) - len(pages) <= len(points)
    worker.kill9()


def test_killed_in_the_middle_of_a_piece(on_sqlite: Rehearsal, trips: Trips) -> None:
    _killed(on_sqlite, trips, "after-progress", "after-journal")


def test_redis_is_killed_and_emptied(
    on_sqlite: Rehearsal, trips: Trips, redis_server: RedisServer
) -> None:
    """The worker outlives it; recovery sends what was lost."""
    worker = drift_worker(on_sqlite)
    trips.set(READ, "after-progress")
    scan_id = open_scan("full", "kim").id
    trips.wait_hit(READ, "after-progress")
    redis_server.kill9()
    redis_server.restart()
    redis_server.flushall()
    trips.go(READ, "after-progress")
    pages = ended_well(on_sqlite, scan_id)
    assert set(pages.values()) == {1}
    assert worker.alive
    worker.kill9()


def test_a_frozen_worker_that_wakes_up_records_nothing(on_sqlite: Rehearsal, trips: Trips) -> None:
    frozen = drift_worker(on_sqlite)
    trips.set(READ, "after-progress")
    scan_id = open_scan("full", "kim").id
    trips.wait_hit(READ, "after-progress")
    frozen.sigstop()
    other = drift_worker(on_sqlite)
    ended_well(on_sqlite, scan_id)
    other.kill9()
    trips.go(READ, "after-progress")
    frozen.sigcont()
    wait_until(lambda: "nothing more is recorded" in frozen.output(), 30, frozen.output)
    ended_well(on_sqlite, scan_id)
    frozen.kill9()


def test_a_worker_for_runs_takes_no_piece(on_sqlite: Rehearsal) -> None:
    """It sends for them, nothing else, also after it had to connect anew."""
    scan_id = open_scan("full", "kim").id
    queue = f"{on_sqlite.env['HANDOVER_QUEUE']}.drift"
    on_sqlite.redis.flushall()
    runs = on_sqlite.add_worker(APP)
    runs.wait_ready()
    wait_until(lambda: queue_length(queue) == 1, 30, "a message to be sent again")
    on_sqlite.redis.kill9()
    on_sqlite.redis.restart()
    app.send_task("handover.beat.export_heads")
    wait_until((on_sqlite.state / "heads.jsonl").exists, 30, runs.output)
    assert ask(lambda tx: scans.get(tx, scan_id)).phase == "plan"
    worker = drift_worker(on_sqlite)
    ended_well(on_sqlite, scan_id)
    for one in (runs, worker):
        one.kill9()


def test_two_beats_open_one_scan(on_sqlite: Rehearsal, tmp_path: Path) -> None:
    runs, worker = on_sqlite.add_worker(APP), drift_worker(on_sqlite)
    runs.wait_ready()
    memories = [tmp_path / "one", tmp_path / "two"]
    for memory in memories:
        remember_two_days_ago(memory)
    with (
        beat_process(on_sqlite.env, arguments=("--schedule", str(memories[0]))) as one,
        beat_process(on_sqlite.env, arguments=("--schedule", str(memories[1]))) as two,
    ):
        for beat in (one, two):
            wait_until(lambda: "drift-proved" in beat.output(), 30, beat.output)  # noqa: B023
        (row,) = wait_until(lambda: ask(lambda tx: scans.newest(tx, kind="proved")), 30, "a scan")
        ended_well(on_sqlite, row.id)
        wait_until(lambda: queue_length() == 0, 30, "every message to be taken")
    assert len(ask(lambda tx: scans.newest(tx, kind="proved"))) == 1
    assert row.opened_by == "schedule"
    for process in (runs, worker):
        process.kill9()


def remember_two_days_ago(schedule: Path) -> None:
    """Makes the memory of a beat that was last at work then: it sends what is overdue."""
    memory = PersistentScheduler(app, schedule_filename=str(schedule))
    for entry in memory.schedule.values():
        entry.last_run_at = datetime.now(UTC) - timedelta(days=2)
    memory.close()


def test_killed_in_the_middle_of_a_piece_on_postgres(on_postgres: Rehearsal, trips: Trips) -> None:
    _killed(on_postgres, trips, "after-progress")
