"""A journal on both databases, a clock to set, and a queue that a list stands in for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from config.settings import settings
from tests.integration.journal.conftest import clock, dialect, journal, sqlite_template
from tests.integration.journal.scene import Clock, make_vault
from tests.integration.scans.looking import Looks
from tests.parts.postgres import PostgresServer
from worker import heartbeat
from worker.journal.database import Journal
from worker.journal.upgrade import upgrade
from worker.scans import ending, failing, feeding, opening, piece, registry, work

__all__ = ["clock", "dialect", "journal", "sqlite_template"]


@pytest.fixture(scope="module")
def on_postgres(postgres_server: PostgresServer, request: pytest.FixtureRequest) -> Journal:
    """A migrated journal for all tests of a file: to copy one for each would take longer."""
    name = f"scans_{abs(hash(request.node.nodeid)):x}"
    made = Journal(
        postgres_server.create_database(name).replace("postgresql://", "postgresql+psycopg://", 1),
        make_vault(),
    )
    upgrade(made)
    return made


@pytest.fixture
def url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a journal without scans and slots."""
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "journal.db")
        yield f"sqlite:///{tmp_path / 'journal.db'}"
        return
    shared: Journal = request.getfixturevalue("on_postgres")
    yield shared.url
    with shared.write() as tx:
        tx.conn.execute(text("TRUNCATE scans, slots CASCADE"))


@pytest.fixture
def looks(
    journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Looks]:
    """The engine of this very process on that journal, with a made-up scan registered."""
    for module in (ending, failing, feeding, heartbeat, opening, piece, work):
        if hasattr(module, "journal"):
            monkeypatch.setattr(module, "journal", lambda: journal)
    monkeypatch.setenv("HANDOVER_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    monkeypatch.setattr(registry, "_registry", {})
    made = Looks(journal, clock)
    monkeypatch.setattr(feeding, "queue_length", lambda _: len(made.queue))
    monkeypatch.setattr(feeding, "_publish", made.queue.extend)
    yield made
    settings.cache_clear()
