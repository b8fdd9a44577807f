"""A database that can't be used is told in one line with the next step, and without secrets."""

import os
from pathlib import Path

import pytest

from domain.errors import InvalidRequest, Unavailable
from tests.integration.journal.scene import Scene, make_vault, opening
from tests.parts.postgres import PostgresServer
from worker.journal import runs, sealing
from worker.journal.database import Journal
from worker.journal.upgrade import upgrade
from worker.journal.vault import Vault

SECRET = "hunter2-geheim"
UNUSABLE = [
    f"postgresql+psycopg://ada:{SECRET}@127.0.0.1:1/journal",
    f"postgresql+psycopg://ada@/journal?host=/nowhere&password={SECRET}",
    f"postgresql+psycopg://ada@/journal?host=/nowhere&sslpassword={SECRET}",
    f"oracle+nothing://ada:{SECRET}@host/journal",
    f"mysql+pymysql://ada:{SECRET}@host/journal",
    f"no address {SECRET}",
    f"postgresql+psycopg://ada:{SECRET}@host:port/journal",
    "sqlite:////nowhere/at/all/journal.db",
    "",
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_an_unusable_address_is_told_without_its_password(url: str) -> None:
    with pytest.raises(Unavailable) as caught:
        upgrade(Journal(url, make_vault()))
    assert SECRET not in str(caught.value)
    assert "Check DATABASE_URL" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_damaged_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database " * 1000)
    with pytest.raises(Unavailable, match="not a database"):
        upgrade(Journal(f"sqlite:///{tmp_path / 'journal.db'}", make_vault()))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_read_only_file_is_told_as_such(scene: Scene, url: str) -> None:
    read_only = Journal(url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true",
                        make_vault())  # fmt: skip
    with pytest.raises(Unavailable, match="readonly"), read_only.write() as tx:
        runs.open_run(tx, opening())


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_read_only_server_is_told_as_such(scene: Scene, url: str) -> None:
    read_only = Journal(f"{url}&options=-cdefault_transaction_read_only%3Don", make_vault())
    with pytest.raises(Unavailable, match="read-only"), read_only.write() as tx:
        runs.open_run(tx, opening())
    read_only.engine.dispose()


def test_an_unknown_database_is_told_as_such(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("nothing").replace("postgresql://", "postgresql+psycopg://")
    with pytest.raises(Unavailable, match="does not exist"):
        upgrade(Journal(url, make_vault()))


def test_a_transaction_that_fails_is_given_up_as_a_whole(scene: Scene) -> None:
    def open_and_fail() -> None:
        with scene.journal.write() as tx:
            runs.open_run(tx, opening())
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        open_and_fail()
    assert scene.count("runs") == 0


def test_missing_and_wrong_keys_are_told_without_being_repeated() -> None:
    with pytest.raises(Unavailable, match="HANDOVER_MASTER_KEYS"):
        Vault([], "lookup")
    with pytest.raises(Unavailable, match="HANDOVER_LOOKUP_KEY"):
        Vault([os.environ.get("NOTHING", "x" * 10)], "")
    with pytest.raises(InvalidRequest) as caught:
        Vault([SECRET], "lookup")
    assert SECRET not in str(caught.value)


def test_a_journal_of_other_keys_is_told_as_such(scene: Scene) -> None:
    run_id = scene.open()
    stranger = Journal(
        scene.journal.url, make_vault("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=")
    )
    with pytest.raises(Unavailable, match="None of the master keys"), stranger.read() as tx:
        sealing.get(tx, run_id, "request")
    stranger.engine.dispose()
