"""Notes and `kill -9`: each arrives once, and no run waits for a ticket system."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import handover
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import CANARY, Rehearsal, rehearsal
from tests.parts.tickets import Desk, ticket_desk
from tests.parts.trips import Trips, worker_of
from tests.parts.waiting import wait_until
from worker.runtime import journal

CONTRACT = {"kind": "contract", "document": "attachment 9", "seen_by": "lee"}
"""Evidence that needs no ticket system: this one answers to nothing but notes."""

APP = "tests.parts.notes_app"
STEP = "post_ticket_notes"
POINTS = ("after-claim", "before-send", "after-reply", "after-journal")


@pytest.fixture(scope="module")
def trips(tmp_path_factory: pytest.TempPathFactory) -> Trips:
    """The folder of trips that the workers look into."""
    return Trips(Path(tmp_path_factory.mktemp("trips")))


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """The ticket system."""
    with ticket_desk() as made:
        yield made


@contextmanager
def _telling(redis: RedisServer, desk: Desk, trips: Trips, url: str = "") -> Iterator[Rehearsal]:
    env = {"HANDOVER_TRIPS": str(trips.folder), "HANDOVER_ZENDESK_URL": desk.url}
    with rehearsal(redis, database_url=url, env=env) as made:
        made.add_worker(APP).wait_ready()
        yield made
        assert not [body for _, body in desk.notes if CANARY.search(body.lower().encode())]


@pytest.fixture(scope="module")
def on_sqlite(redis_server: RedisServer, desk: Desk, trips: Trips) -> Iterator[Rehearsal]:
    """An installation that posts notes, on SQLite."""
    with _telling(redis_server, desk, trips) as made:
        yield made


@pytest.fixture(scope="module")
def on_postgres(
    redis_server: RedisServer, postgres_server: PostgresServer, desk: Desk, trips: Trips
) -> Iterator[Rehearsal]:
    """The same on PostgreSQL."""
    with _telling(redis_server, desk, trips, postgres_server.create_database()) as made:
        yield made


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_our_code(on_sqlite: Rehearsal, desk: Desk, trips: Trips, point: str) -> None:
    """Between two of our own lines: whoever takes the note next looks for it first."""
    _killed_in_our_code(on_sqlite, desk, trips, point)


@pytest.mark.parametrize("fault", ["hold-before", "hold-after"])
def test_killed_on_the_wire(on_sqlite: Rehearsal, desk: Desk, fault: str) -> None:
    """While the note is on its way: it lands without us, and is not sent again."""
    _killed_on_the_wire(on_sqlite, desk, fault)


def test_no_run_waits_for_a_ticket_system_that_hangs(on_sqlite: Rehearsal, desk: Desk) -> None:
    """It is proved although no note can be posted; they arrive when the system is back."""
    desk.go_on.clear()
    desk.faults = ["hang"] * 1000
    run = on_sqlite.start(on_sqlite.account(login_activated=False), evidence=CONTRACT)
    report = on_sqlite.wait(run)
    assert report["result"] == "proved", report
    assert desk.of(run) == []
    desk.faults = []
    desk.go_on.set()
    _told_once(desk, run)


def test_notes_arrive_although_redis_lost_their_message(on_sqlite: Rehearsal, desk: Desk) -> None:
    """The journal knows what is owed; a scan sends for it again."""
    run = on_sqlite.start(on_sqlite.account(), evidence=CONTRACT)
    on_sqlite.wait(run)
    with journal().write() as tx:  # as if a message for them had been sent, and lost
        from worker.journal import outbox  # noqa: PLC0415 - only here

        outbox.feed(tx, gap=500)
    _told_once(desk, run)


@pytest.mark.parametrize("point", ["before-send", "after-reply"])
def test_killed_in_our_code_on_postgres(
    on_postgres: Rehearsal, desk: Desk, trips: Trips, point: str
) -> None:
    """The same with the journal on PostgreSQL."""
    _killed_in_our_code(on_postgres, desk, trips, point)


def test_killed_on_the_wire_on_postgres(on_postgres: Rehearsal, desk: Desk) -> None:
    """The same on the wire."""
    _killed_on_the_wire(on_postgres, desk, "hold-before")


def _killed_in_our_code(made: Rehearsal, desk: Desk, trips: Trips, point: str) -> None:
    trips.set(STEP, point)
    run = made.start(made.account(), evidence=CONTRACT)
    _replace(made, trips.wait_hit(STEP, point))
    _finished_well(made, desk, run)


def _killed_on_the_wire(made: Rehearsal, desk: Desk, fault: str) -> None:
    desk.go_on.clear()
    desk.reached.clear()
    desk.faults = [fault]
    run = made.start(made.account(), evidence=CONTRACT)
    wait_until(desk.reached.is_set, 30, "a note on its way")
    (worker,) = [w for w in made.workers if w.alive]
    worker.kill9_at_once()
    # What lands later than the call's own time limit is a documented risk.
    desk.go_on.set()
    worker.kill9()
    made.add_worker(APP)
    _finished_well(made, desk, run)


def _replace(made: Rehearsal, process_id: int) -> None:
    worker_of(made, process_id).kill9()
    made.add_worker(APP)


def _finished_well(made: Rehearsal, desk: Desk, run: str) -> None:
    report = made.wait(run)
    assert report["result"] == "proved", report
    _told_once(desk, run)


def _told_once(desk: Desk, run: str) -> None:
    """Accepted, planned, what the new contact is told, ended: each once, and in this order."""
    wait_until(
        lambda: not handover.report(run)["ticket_notes"]["waiting"],
        60,
        lambda: f"the notes of {run}: {handover.report(run)['ticket_notes']}",
    )
    told = ("run.requested", "plan.made", "message.written", "run.ended")
    owed = [str(e["n"]) for e in handover.follow(run, 0) if e["kind"] in told]
    assert desk.markers(run) == owed
    assert len(owed) == 4
