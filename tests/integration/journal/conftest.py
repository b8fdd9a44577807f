"""A fresh journal for each test, once on SQLite and once on PostgreSQL, with a clock to set."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.settings import Settings
from tests.integration.journal.scene import STEPS, Clock, Scene, make_vault
from tests.parts.postgres import PostgresServer
from worker import decisions
from worker.journal.database import Journal
from worker.journal.upgrade import upgrade


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
def empty_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    yield _driver(server.create_database())


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated journal to copy."""
    path = tmp_path_factory.mktemp("template") / "journal.db"
    made = Journal(f"sqlite:///{path}", make_vault())
    upgrade(made)
    made.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated database to copy."""
    made = Journal(_driver(postgres_server.create_database("journal_template")), make_vault())
    upgrade(made)
    made.engine.dispose()
    return "journal_template"


@pytest.fixture
def url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh journal with its tables."""
    if dialect == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "journal.db")
        yield f"sqlite:///{tmp_path / 'journal.db'}"
        return
    name = request.getfixturevalue("postgres_template")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    copy = f"copy_{abs(hash(request.node.nodeid)):x}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    server.drop_database(copy)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(copy), sql.Identifier(name)))
    yield _driver(server.url(copy))
    server.drop_database(copy)


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    """The journal, on the real clock."""
    made = Journal(url, make_vault())
    yield made
    made.engine.dispose()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The journal's clock, which the test moves."""
    made = Clock()
    monkeypatch.setattr("worker.journal.database._now", made)
    return made


@pytest.fixture
def scene(journal: Journal, clock: Clock) -> Scene:
    """A journal whose clock the test moves."""
    return Scene(journal, clock)


@pytest.fixture
def published(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs that a decision sent on their way."""
    sent: list[str] = []
    monkeypatch.setattr(decisions, "journal", lambda: scene.journal)
    monkeypatch.setattr(decisions, "settings", Settings)
    monkeypatch.setattr(decisions, "canvas_for", lambda *_: _Canvas)
    monkeypatch.setattr(decisions, "publish", lambda run_id, **_: sent.append(run_id))
    return sent


class _Canvas:
    """A canvas whose second step plans."""

    planning_position = STEPS.index("plan")


def _driver(address: str) -> str:
    return address.replace("postgresql://", "postgresql+psycopg://", 1)
