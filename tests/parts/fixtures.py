"""Fixtures for the whole session. Use with `pytest_plugins = ["tests.parts.fixtures"]`.

With pytest-xdist, each of its workers has servers of its own.
"""

from collections.abc import Iterator

import pytest

from tests.parts import postgres, redis


@pytest.fixture(scope="session")
def redis_server() -> Iterator[redis.RedisServer]:
    """A Redis for the session. A test that kills it brings it back with `restart()`."""
    with redis.redis_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL for the session; `create_database()` gives each test its own database."""
    with postgres.postgres_server() as server:
        yield server
