"""Everything the front doors share: the store, the switches, the faults and the effect runner."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sandbox.credentials import Credentials
from sandbox.effects import Runner
from sandbox.faults import FaultBook
from sandbox.ledger import Cause, Commit
from sandbox.quotas import Quotas
from sandbox.reactions import Reactions
from sandbox.seed import Seed
from sandbox.settings import Settings
from sandbox.store import Store


class Sandbox:
    """One sandbox: its data in a folder, and what it is told to do with it."""

    def __init__(self, state: Path, options: Mapping[str, Any], seed: Seed | None) -> None:
        """Open `state`; an empty one is seeded. `options` override settings kept there."""
        self.credentials = Credentials.from_environment()
        self.store = Store(state / "sandbox.sqlite3")
        self.settings = Settings()
        self.faults = FaultBook()
        self.quotas = Quotas(self.settings)
        self.runner = Runner(self.store, Reactions(self.settings))
        self._options = dict(options)
        self.seed = seed
        with self.store.writing() as db:
            self.settings.load(db)
            self.settings.change(self._options)
            self.settings.save(db)
            if seed and not _has_accounts(db):
                seed.plant(db)
        self.store.settle()

    def reset(self, seed: Seed | None) -> None:
        """Back to the beginning: faults gone, settings as at the start, data planted anew."""
        self.faults.clear()
        self.quotas.clear()
        with self.store.writing() as db:
            self.store.clear(db)
            self.settings.change(vars(Settings()) | self._options)
            self.settings.save(db)
            if seed:
                seed.plant(db)
        self.store.settle()

    @contextmanager
    def commit(self, cause: Cause) -> Iterator[Commit]:
        """One transaction of writes; its side effects start counting when it is through."""
        with self.store.writing() as db:
            yield Commit(db, cause, self.settings)
        self.runner.nudge()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A consistent view of the data."""
        return self.store.reading()

    def close(self) -> None:
        """Stop the effects and close the file; held requests end without an answer."""
        self.faults.clear()
        self.runner.stop()
        self.store.close()


def _has_accounts(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM zuora_account LIMIT 1").fetchone() is not None
