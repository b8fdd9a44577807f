"""Where the sandbox keeps everything: one SQLite file that survives a kill of the process.

Write-ahead logging lets readers go on while one writer works; there is exactly one writer at a
time, and a transaction is rolled back by any exception.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import schema
from sandbox.tables import TABLES

OWN_TABLES = (
    "write_log",
    "version",
    "effect",
    "access_token",
    "idempotency",
    "ended_session",
    "page_locator",
    "trait",
    "mails",
    "one_time_link",
    "difference",
    "involved",
)


class Store:
    """Connections to the sandbox's database."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder when they are missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._writer_lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._writer = self._connect()
        schema.bring_up(self._writer)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=30
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; its effects are visible to others only when the block ends well."""
        with self._writer_lock:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent view of one moment for the whole block."""
        connection = self._borrow()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")
            with self._idle_lock:
                self._idle.append(connection)

    def _borrow(self) -> sqlite3.Connection:
        with self._idle_lock:
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def secret(self) -> str:
        """The key that signs session cookies; kept, so that a restart signs nobody out."""
        with self.writing() as db:
            row = db.execute("SELECT value FROM setting WHERE name = 'cookie_key'").fetchone()
            if row is None:
                key = secrets.token_hex(32)
                db.execute("INSERT INTO setting VALUES ('cookie_key', ?)", (key,))
                return key
            return str(row["value"])

    def clear(self, db: sqlite3.Connection) -> None:
        """Forget every record and all bookkeeping except the settings."""
        for name in (*(table.sql_name for table in TABLES), *OWN_TABLES):
            db.execute(f"DELETE FROM {name}")
        db.execute("DELETE FROM sqlite_sequence")

    def settle(self) -> None:
        """Move what was written from the write-ahead log into the file: it may be very much."""
        with self._writer_lock:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close what is idle; a request still under way closes nothing of another's."""
        with self._writer_lock, self._idle_lock:
            self._writer.close()
            for connection in self._idle:
                connection.close()
            self._idle.clear()
