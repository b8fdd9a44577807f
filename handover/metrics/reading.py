"""The journal as figures see it: only read, without its keys, and never for long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import text

from config.settings import Settings
from domain.errors import Unavailable
from worker.journal.database import Journal, Tx
from worker.journal.upgrade import check
from worker.journal.vault import Vault
from worker.runtime import has_journal, milliseconds

LIMIT_SECONDS = 5.0
"""A query that takes longer is broken off. Prometheus itself gives up after 10 s."""
_INSTRUCTIONS = 10_000
"""Of SQLite's machine between two looks at the time: about a millisecond."""


class Reader:
    """Opens the journal for one look at a time.

    It makes none, changes none, and does not hold the keys of what is sealed: whoever takes over a
    process that serves figures finds none.
    """

    def __init__(self, current: Settings) -> None:
        self._settings = current
        self._journal = Journal(current.journal_url, Vault([Fernet.generate_key().decode()], "-"))

    @contextmanager
    def look(self) -> Iterator[Tx]:
        """One moment of the journal. Raises Unavailable, also where there is no journal yet."""
        if not has_journal(self._settings):
            raise Unavailable("There is no journal yet: it is made when it is first needed.")
        check(self._journal)
        with self._journal.read() as tx, _limited(tx):
            yield tx


@contextmanager
def _limited(tx: Tx) -> Iterator[None]:
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(text("SET TRANSACTION READ ONLY"))
        limit = milliseconds(LIMIT_SECONDS)
        tx.conn.execute(text(f"SET LOCAL statement_timeout = {limit}"))
        yield
        return
    tx.conn.exec_driver_sql("PRAGMA query_only=ON")
    driver: Any = tx.conn.connection.driver_connection
    end = time.monotonic() + LIMIT_SECONDS
    driver.set_progress_handler(lambda: time.monotonic() > end, _INSTRUCTIONS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
