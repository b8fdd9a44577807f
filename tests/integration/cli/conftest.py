"""An installation of its own for each test of the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.calls import DEAD, NEIGHBOURS, Cli
from tests.integration.cli.operators import Operator
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """`handover` with a state folder that does not exist yet, and a Redis that is dead."""
    state = str(tmp_path / "state")
    return Cli(tmp_path, {"HANDOVER_STATE_DIR": state, "REDIS_URL": DEAD, **NEIGHBOURS})


@pytest.fixture
def quiet(cli: Cli, redis_server: RedisServer) -> Cli:
    """`handover` with a Redis and no worker: what is started stays where it is."""
    cli.env |= {"REDIS_URL": redis_server.url, "HANDOVER_QUEUE": f"quiet-{cli.folder.name}"}
    return cli


@pytest.fixture(scope="module")
def world(
    redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rehearsal]:
    """One installation with a worker for all tests of a module; each takes a fresh account."""
    env = {"HANDOVER_TRIPS": str(tmp_path_factory.mktemp("trips"))}
    with rehearsal(redis_server, env=env) as made:
        made.add_worker().wait_ready()
        yield made


@pytest.fixture
def ops(world: Rehearsal, tmp_path: Path) -> Operator:
    """An operator with a fresh account."""
    return Operator(world, tmp_path)
