"""The tables on disk in which a scan puts what it has read, to join both systems there.

Where the journal is PostgreSQL they are part of it (worker/journal/scratch_schema.py says why);
else a scan has a file of its own, which its row names: a file that is lost is missed, and never
taken for one in which nothing was found. Rows are written by their ids, so that a page that is read
twice does no harm.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    delete,
    event,
    select,
    text,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from config.settings import settings
from domain.errors import Defect, Unavailable
from worker.journal import scans
from worker.journal.database import Journal, Tx
from worker.journal.scan_schema import scans as scans_table
from worker.journal.scratch_schema import SCRATCH, accounts, contacts
from worker.runtime import journal

IN_THE_JOURNAL = "journal"
_CACHE = "PRAGMA cache_size = -4096"
"""4 MB: the ids of Zuora come in no order, so that more of it is no faster, as was measured."""
HEAPS = (accounts, contacts)
"""Tables with Zuora's ids, which come in no order. In a file of its own their rows are appended, as
they come, and get their index when all are there: eight times as fast as finding a place for each.
"""
_ARRAYS = {"BIGINT": "bigint", "TEXT": "text", "BLOB": "bytea", "BOOLEAN": "boolean"}


class Scratch:
    """The tables of one scan. `key` is what their `scan_id` is: nothing, in a file of its own."""

    def __init__(self, store: Journal, key: str) -> None:
        self.key = key
        self._store = store

    def put(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Writes rows: their columns in the table's order, without the scan's id.

        The ids of one call differ. Raises Unavailable.
        """
        if not rows:
            return
        keyed = [(self.key, *row) for row in rows]
        with self._store.write() as tx:
            if tx.conn.dialect.name == "sqlite":
                tx.conn.exec_driver_sql(_into(table), keyed)
            else:
                columns = tuple(list(column) for column in zip(*keyed, strict=True))
                tx.conn.exec_driver_sql(_into(table, arrays=True), columns)

    def make_indexes(self) -> None:
        """Makes the indexes: once everything is read, because that is faster than before.

        PostgreSQL has them from the beginning: a role that only works with it may not make any.
        """
        if self.key:
            return
        with self._store.write() as tx:
            for table in HEAPS:
                _make_unique(tx.conn, table)
            for table in SCRATCH:
                for index in table.indexes:
                    tx.conn.execute(CreateIndex(index, if_not_exists=True))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One moment of the tables. Raises Unavailable."""
        with self._store.read() as tx:
            if tx.conn.dialect.name == "postgresql":
                # It knows nothing of rows that are so new, would read a table from end to end, and
                # would compile what it takes for expensive.
                for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"):
                    tx.conn.execute(text(f"SET LOCAL {way} = off"))
            yield tx.conn


def make(scan_id: str) -> str:
    """Makes empty tables for a scan; returns what `use` records. Raises Unavailable."""
    if not settings().journal_url.startswith("sqlite"):
        return IN_THE_JOURNAL
    name = f"{scan_id}.{secrets.token_hex(4)}"
    path = _path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise Unavailable(f"{path.parent} can't be made: {error.strerror}.") from None
    with _file(path) as store, store.write() as tx:
        for table in SCRATCH:
            tx.conn.execute(CreateTable(_heap(table) if table in HEAPS else table))
    return name


def use(tx: Tx, scan_id: str, made: str) -> None:
    """Records which tables are the scan's. Without it they are nobody's."""
    where = scans_table.c.id == scan_id
    tx.conn.execute(update(scans_table).where(where).values(scratch=made))


@contextmanager
def opened(scan_id: str) -> Iterator[Scratch]:
    """The tables of a scan that is under way. Raises Defect `scratch-lost` where they are gone."""
    with journal().read() as tx:
        name = scans.get(tx, scan_id).scratch
    if name == IN_THE_JOURNAL:
        yield Scratch(journal(), scan_id)
        return
    path = _path(name)
    if not path.exists():
        lost = f"What scan {scan_id} has read is not in {path.parent} any more: start another one."
        raise Defect(lost, code="scratch-lost")
    with _file(path) as store:
        yield Scratch(store, "")


def clear() -> None:
    """Removes the tables of every scan that has ended, and those that are nobody's.

    They were left by a process that died, or that was frozen until its scan was over.
    """
    # Listed before it is asked whose they are: a scan that begins meanwhile must keep its own.
    files = list(_path("").parent.glob("*.db*"))
    with journal().write() as tx:
        working = [row.scratch or row.id for row in scans.unfinished(tx)]
        if tx.conn.dialect.name == "postgresql":
            ids = select(scans_table.c.id).where(scans_table.c.ended_at.is_(None))
            for table in SCRATCH:
                tx.conn.execute(delete(table).where(table.c.scan_id.not_in(ids)))
    for path in files:
        if not path.name.startswith(tuple(working)):
            path.unlink(missing_ok=True)


def _path(name: str) -> Path:
    return settings().state_dir / "drift" / f"{name}.db"


@contextmanager
def _file(path: Path) -> Iterator[Journal]:
    """A file, until it is not needed: one that stays open keeps its place when it is removed."""
    store = Journal(f"sqlite:///{path}", journal().vault)
    event.listen(store.engine, "connect", _enlarge)
    try:
        yield store
    finally:
        store.engine.dispose()


def _enlarge(connection: DBAPIConnection, _entry: object) -> None:
    connection.cursor().execute(_CACHE)


@lru_cache(maxsize=32)
def _into(table: Table, *, arrays: bool = False) -> str:
    """The statement that writes rows: one for each row, or all at once as one array a column."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    if arrays:
        types = [f"%s::{_ARRAYS[str(column.type)]}[]" for column in table.columns]
        values = f"SELECT * FROM unnest({', '.join(types)})"  # noqa: S608 - names of ours
    else:
        values = f"VALUES ({', '.join('?' for _ in names)})"
    if table in HEAPS and not arrays:
        return f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) {values}"
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    into = f"INSERT INTO {table.name} ({', '.join(names)}) {values}"
    return f"{into} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"


def _heap(table: Table) -> Table:
    """The table without a key."""
    columns = (Column(one.name, one.type, nullable=one.nullable) for one in table.columns)
    return Table(table.name, MetaData(), *columns)


def _make_unique(conn: Connection, table: Table) -> None:
    """Gives a table its key. Of rows that were read twice the last one stays."""
    keys = ", ".join(column.name for column in table.primary_key)
    unique = f"CREATE UNIQUE INDEX IF NOT EXISTS uq_{table.name} ON {table.name} ({keys})"
    try:
        with conn.begin_nested():
            conn.execute(text(unique))
    except IntegrityError:
        newest = f"SELECT max(rowid) FROM {table.name} GROUP BY {keys}"  # noqa: S608 - names of ours
        conn.execute(text(f"DELETE FROM {table.name} WHERE rowid NOT IN ({newest})"))  # noqa: S608
        conn.execute(text(unique))
