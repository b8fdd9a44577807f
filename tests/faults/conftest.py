"""Two workers that share a folder of trips, so that either may be the one that is stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips


@pytest.fixture(scope="module")
def trips(tmp_path_factory: pytest.TempPathFactory) -> Trips:
    """The folder of trips that the workers look into."""
    return Trips(Path(tmp_path_factory.mktemp("trips")))


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer, trips: Trips) -> Iterator[Rehearsal]:
    """An installation on SQLite with two workers."""
    with rehearsal(redis_server, env={"HANDOVER_TRIPS": str(trips.folder)}) as made:
        yield with_two_workers(made)


@pytest.fixture(scope="module")
def on_postgres(
    redis_server: RedisServer, postgres_server: PostgresServer, trips: Trips
) -> Iterator[Rehearsal]:
    """An installation on PostgreSQL with two workers."""
    url = postgres_server.create_database(f"faults_{id(trips)}")
    env = {"HANDOVER_TRIPS": str(trips.folder)}
    with rehearsal(redis_server, database_url=url, env=env) as made:
        yield with_two_workers(made)


def with_two_workers(made: Rehearsal) -> Rehearsal:
    """Both are ready when this returns."""
    for worker in (made.add_worker(), made.add_worker()):
        worker.wait_ready()
    return made
