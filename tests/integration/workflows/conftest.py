"""One installation with a worker for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation on SQLite with one worker."""
    with rehearsal(redis_server) as made:
        made.add_worker().wait_ready()
        yield made
        assert made.leaks() == []
