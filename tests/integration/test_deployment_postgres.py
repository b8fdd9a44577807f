"""The main job by a database role of few rights, as the deployment guide has it."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.errors import InsufficientPrivilege

from domain.errors import Unavailable
from tests.parts.environment import ROOT
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import rehearsal
from worker.journal.database import Journal
from worker.journal.upgrade import upgrade
from worker.journal.vault import Vault

GUIDE = ROOT / "docs/examples/deployment"
KEY = Fernet.generate_key().decode()
PER_PROCESS = 2
"""Connections at most, as the guide says: one for the work and one for its lease."""


@dataclass(frozen=True)
class Roles:
    """The addresses of one database under its three roles."""

    superuser: str
    owner: str
    app: str


@pytest.fixture
def roles(postgres_server: PostgresServer) -> Iterator[Roles]:
    """An empty database with the guide's roles."""
    superuser = postgres_server.create_database()
    execute(superuser, (GUIDE / "postgresql-roles.sql").read_text())
    yield Roles(
        superuser,
        superuser.replace("//handover@", "//handover_owner@"),
        superuser.replace("//handover@", "//handover_app@"),
    )
    postgres_server.drop_database(superuser.partition("@/")[2].partition("?")[0])
    execute(postgres_server.url("postgres"), "DROP ROLE handover_app; DROP ROLE handover_owner")


def execute(url: str, statements: str) -> None:
    """Runs some SQL as it stands."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())


def journal(url: str) -> Journal:
    """A journal whose vault nobody needs here."""
    return Journal(url.replace("postgresql://", "postgresql+psycopg://"), Vault([KEY], "a key"))


def grown_up(roles: Roles) -> Roles:
    """The schema made by its owner, and the rights given."""
    upgrade(journal(roles.owner))
    execute(roles.owner, (GUIDE / "postgresql-rights.sql").read_text())
    return roles


def test_a_run_is_proved_by_a_role_of_few_rights(redis_server: RedisServer, roles: Roles) -> None:
    """And with no more connections than the guide counts."""
    with rehearsal(redis_server, database_url=grown_up(roles).app) as made:
        made.add_worker().wait_ready()
        report = made.wait(made.start(made.account()))
        assert report["result"] == "proved", report
        with psycopg.connect(roles.superuser) as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'handover_app'"
            (found,) = connection.execute(query).fetchone() or (0,)
        processes = 3  # the worker's main process, its child, and this one
        assert 0 < found <= PER_PROCESS * processes


@pytest.mark.parametrize(
    "statement",
    [
        *("UPDATE events SET kind = 'x'", "DELETE FROM events", "TRUNCATE events"),
        *("ALTER TABLE events DISABLE TRIGGER ALL", "DROP TRIGGER events_no_change ON events"),
        *("DROP TABLE events", "TRUNCATE runs CASCADE", "CREATE TABLE mine (n int)"),
        *("UPDATE alembic_version SET version_num = '0'", "SET session_replication_role = replica"),
    ],
)
def test_the_role_can_neither_change_history_nor_lift_what_guards_it(
    roles: Roles, statement: str
) -> None:
    """The triggers are the second line; this one stands before them."""
    with pytest.raises(InsufficientPrivilege):
        execute(grown_up(roles).app, statement)


def test_a_database_without_tls_is_told_nothing_where_the_address_asks_for_it() -> None:
    """`sslmode` of the address reaches the driver: no user name or password leaves in the clear."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        said: list[bytes] = []
        refuses = Thread(target=speak_no_tls, args=(server, said), daemon=True)
        refuses.start()
        port = server.getsockname()[1]
        url = f"postgresql://handover_app:PASSWORD@127.0.0.1:{port}/handover?sslmode=verify-full"
        with pytest.raises(Unavailable, match="SSL"), journal(url).read():
            pass
        refuses.join(30)
    assert said == [b""]


def speak_no_tls(server: socket.socket, said: list[bytes]) -> None:
    """Answers the question for TLS with no, and keeps what is said after that."""
    connection, _ = server.accept()
    with connection:
        connection.recv(8)
        connection.sendall(b"N")
        said.append(connection.recv(1024))


def test_a_schema_that_the_role_may_not_bring_up_to_date_is_named(roles: Roles) -> None:
    """It says who has to do it, instead of showing SQL."""
    with pytest.raises(Unavailable, match="by the role that owns it"):
        upgrade(journal(roles.app))
