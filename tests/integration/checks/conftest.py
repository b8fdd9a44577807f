"""An installation without any worker, on SQLite or on PostgreSQL, used by this very process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer, redis_server
from tests.parts.rehearsal import forget_process_state, use_environment


@pytest.fixture(scope="module")
def own_redis() -> Iterator[RedisServer]:
    """A server whose configuration tests may change."""
    with redis_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_server: PostgresServer,
) -> Iterator[str]:
    """The name of the database; the journal is made when it is first used."""
    url = ""
    if request.param == "postgresql":
        url = postgres_server.create_database(f"checks_{tmp_path.name.lower().replace('-', '_')}")
    env = {
        "HANDOVER_STATE_DIR": str(tmp_path / "state"),
        "HANDOVER_MASTER_KEYS": Fernet.generate_key().decode(),
        "HANDOVER_LOOKUP_KEY": "a long key for these tests",
        "DATABASE_URL": url,
    }
    use_environment(monkeypatch, env)
    yield str(request.param)
    forget_process_state()
