"""The SQLite schema: the records of `tables`, and the sandbox's own bookkeeping."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sandbox.columns import Column, Table
from sandbox.tables import TABLES

BOOKKEEPING = """
CREATE TABLE IF NOT EXISTS write_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, system TEXT NOT NULL, method TEXT,
    path TEXT, model TEXT NOT NULL, record_id TEXT NOT NULL, action TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, actor TEXT, request_id TEXT, origin TEXT NOT NULL,
    cause_seq INTEGER, zuora_account_id TEXT);
CREATE INDEX IF NOT EXISTS write_log_account ON write_log (zuora_account_id);
CREATE INDEX IF NOT EXISTS write_log_record ON write_log (model, record_id);
CREATE INDEX IF NOT EXISTS write_log_at ON write_log (at);
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item_type TEXT NOT NULL, item_id INTEGER NOT NULL,
    event TEXT NOT NULL, whodunnit TEXT, changes TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS version_item ON version (item_type, item_id);
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL, payload TEXT NOT NULL, cause_seq INTEGER, zuora_account_id TEXT,
    state TEXT NOT NULL DEFAULT 'pending', error TEXT);
CREATE INDEX IF NOT EXISTS effect_due ON effect (state, due, id);
CREATE TABLE IF NOT EXISTS access_token (
    value TEXT PRIMARY KEY, expires_at REAL NOT NULL, client_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, method TEXT NOT NULL, path TEXT NOT NULL, at REAL NOT NULL,
    status INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT NOT NULL, subject TEXT NOT NULL,
    kind TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS mails_recipient ON mails (recipient COLLATE NOCASE);
CREATE TABLE IF NOT EXISTS one_time_link (
    customer_id INTEGER NOT NULL, serial INTEGER NOT NULL, sent_at REAL, used_at REAL,
    PRIMARY KEY (customer_id, serial));
CREATE TABLE IF NOT EXISTS ended_session (sid TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS page_locator (
    value TEXT PRIMARY KEY, query TEXT NOT NULL, size INTEGER NOT NULL, behind TEXT NOT NULL,
    expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS difference (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, account_id TEXT NOT NULL,
    account_number TEXT NOT NULL, fields TEXT NOT NULL, records TEXT NOT NULL,
    undo TEXT NOT NULL, planted_at REAL NOT NULL, undone_at REAL);
CREATE TABLE IF NOT EXISTS involved (account_id TEXT PRIMARY KEY, difference_id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS trait (name TEXT NOT NULL, number TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS trait_name ON trait (name, number);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def bring_up(db: sqlite3.Connection) -> None:
    """Bring an empty or an existing file to the current schema."""
    for table in TABLES:
        db.execute(create_table(table))
        for column in missing_columns(db, table):
            db.execute(f"ALTER TABLE {table.sql_name} ADD COLUMN {column.sql}")
        for statement in create_indexes(table):
            db.execute(statement)
    for part in BOOKKEEPING.split(";"):
        db.execute(part)


def missing_columns(db: sqlite3.Connection, table: Table) -> list[Column]:
    """Columns that a file from an earlier day does not have; they stay empty in its records."""
    present = {row["name"] for row in db.execute(f"PRAGMA table_info({table.sql_name})")}
    return [column for column in table.columns if column.name not in present]


def create_table(table: Table) -> str:
    """The CREATE TABLE of one record type.

    Running numbers are never used twice, as in the real database: an id of a deleted record must
    not come back as somebody else.
    """
    first, *rest = (column.sql for column in table.columns)
    key = f"{first} PRIMARY KEY AUTOINCREMENT" if table.counted else f"{first} PRIMARY KEY"
    return f"CREATE TABLE IF NOT EXISTS {table.sql_name} ({', '.join((key, *rest))})"


def create_indexes(table: Table) -> Iterator[str]:
    """Indexes for exact and for case-insensitive look-ups, and for lists in order of time."""
    for name, columns in _indexes(table):
        yield f"CREATE INDEX IF NOT EXISTS {name} ON {table.sql_name} ({columns})"


def index_names(table: Table) -> Iterator[str]:
    """What these indexes are called."""
    return (name for name, _ in _indexes(table))


def _indexes(table: Table) -> Iterator[tuple[str, str]]:
    for name in table.indexed:
        yield f"{table.sql_name}_{name}", f'"{name}"'
    for name in table.folded:
        yield f"{table.sql_name}_{name}_folded", f'"{name}" COLLATE NOCASE'
        yield f"{table.sql_name}_{name}", f'"{name}"'
    for name in table.timed:
        yield f"{table.sql_name}_{name}", f'"{name}", id'
