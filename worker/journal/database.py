"""The journal's database: one engine per process, immediate transactions, the database's clock."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    InternalError,
    OperationalError,
)
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection
from tenacity import Retrying, retry_if_exception_message, stop_after_delay, wait_random

from domain.errors import Unavailable
from worker.journal.vault import Vault

BUSY_MILLISECONDS = 15_000
IDLE_SECONDS = 1.0
"""A connection that rested longer is asked whether it still works before it is used again."""
_CLOCK = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")


@dataclass(frozen=True)
class Tx:
    """One open transaction.

    `heads` holds the last event's number and hash of each run whose row this transaction holds:
    nobody else can add an event meanwhile. `tells_tickets` says whether notes are owed to tickets.
    """

    conn: Connection
    vault: Vault
    tells_tickets: bool = False
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)

    @cached_property
    def now(self) -> int:
        """Its time in milliseconds, the same for all it records: when it was first asked for.

        Whoever has waited for a row's lock before must not judge leases by the time before that.
        """
        return _now(self.conn)


class Journal:
    """Access to the journal. Safe to share between threads and across a fork.

    With `tells_tickets`, each event that matters to people is owed to its run's ticket as a note.
    """

    def __init__(self, url: str, vault: Vault, *, tells_tickets: bool = False) -> None:
        self.url = url
        self.vault = vault
        self.tells_tickets = tells_tickets
        self._engine: Engine | None = None
        self._pid = 0
        self._inherited: list[Engine | None] = []

    @property
    def engine(self) -> Engine:
        """The engine of this very process: a pooled connection must not cross a fork."""
        if self._engine is None or self._pid != os.getpid():
            # Kept, because even to close what was inherited could disturb the parent.
            self._inherited.append(self._engine)
            self._engine, self._pid = _engine(self.url), os.getpid()
        return self._engine

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that may write: all of it or nothing. Raises Unavailable."""
        with self._transaction("BEGIN IMMEDIATE") as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that only reads, and sees one moment throughout. Raises Unavailable."""
        with self._transaction("BEGIN") as tx:
            yield tx

    def now(self) -> int:
        """The database's time in milliseconds. Raises Unavailable."""
        if self.engine.dialect.name == "sqlite":
            return _here()
        with self.read() as tx:
            return tx.now

    def empty_log(self) -> None:
        """Has SQLite write its log back and cut it: what was deleted must not remain in there.

        PostgreSQL overwrites deleted rows when it vacuums.
        """
        if self.engine.dialect.name != "sqlite":
            return
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Tx]:
        try:
            with self.engine.connect() as bare:
                conn = bare.execution_options(sqlite_begin=begin)
                if begin == "BEGIN" and bare.dialect.name == "postgresql":
                    conn = conn.execution_options(isolation_level="REPEATABLE READ")
                with conn.begin():
                    yield Tx(conn, self.vault, self.tells_tickets)
        except DBAPIError as error:
            if not _unusable(error):
                raise
            raise Unavailable(self._why(error)) from None

    def _why(self, error: DBAPIError) -> str:
        url = self.engine.url
        hidden = {name: "***" for name in url.query if "pass" in name.lower()}
        where = url.update_query_dict(hidden).render_as_string(hide_password=True)
        reason = (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]
        return f"The journal can't be used ({where}): {reason}. Check DATABASE_URL and the folder."


def _unusable(error: DBAPIError) -> bool:
    """Whether the database is to blame, and not what was asked of it."""
    # A damaged SQLite file is told by the class that all the others derive from.
    return isinstance(error, OperationalError | InternalError | InterfaceError) or (
        type(error) is DatabaseError
    )


def _engine(url: str) -> Engine:
    try:
        engine = create_engine(url, pool_size=5, hide_parameters=True)
    except (ArgumentError, ModuleNotFoundError, ValueError) as error:
        # Their text may quote the address, and the password with it.
        raise Unavailable(
            f"The journal's address can't be used ({type(error).__name__}). Check DATABASE_URL."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkin", _note_when)
        event.listen(engine, "checkout", _try_if_rested)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # A process that is frozen inside a transaction must not hold everybody else's.
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {BUSY_MILLISECONDS}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {4 * BUSY_MILLISECONDS}")
    cursor.close()
    connection.commit()


def _note_when(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info["used_at"] = time.monotonic()


def _try_if_rested(
    connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """A server that was restarted meanwhile is met with a new connection instead of an error."""
    if time.monotonic() - entry.info.get("used_at", time.monotonic()) < IDLE_SECONDS:
        return
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own transaction handling would begin too late to keep two writers apart.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    for attempt in _while_others_convert:
        with attempt:
            cursor.execute("PRAGMA journal_mode=WAL")
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# SQLite does not wait for others here, whatever the time limit: two that turn a new file to WAL
# at once would wait for each other.
_while_others_convert = Retrying(
    retry=retry_if_exception_message("database is locked"),
    stop=stop_after_delay(BUSY_MILLISECONDS / 1000),
    wait=wait_random(0.01, 0.05),
    reraise=True,
)


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql(conn.get_execution_options().get("sqlite_begin", "BEGIN"))


def _now(conn: Connection) -> int:
    if conn.dialect.name == "sqlite":
        return _here()
    return int(conn.execute(_CLOCK).scalar_one())


def _here() -> int:
    """The time of this host: with SQLite there is one host, so its clock is everybody's."""
    return time.time_ns() // 1_000_000
