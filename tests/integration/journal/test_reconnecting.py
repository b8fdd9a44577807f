"""A PostgreSQL that was restarted is met with a new connection."""

import pytest

from tests.integration.journal.scene import make_vault
from tests.parts.postgres import postgres_server
from worker.journal import database
from worker.journal.database import Journal


def test_a_rested_connection_is_tried_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 0)
    with postgres_server() as server:
        url = server.create_database().replace("postgresql://", "postgresql+psycopg://")
        journal = Journal(url, make_vault())
        before = journal.now()
        server.kill9()
        server.restart()
        assert journal.now() >= before
        journal.engine.dispose()
