"""A journal on both databases, a clock to set, and a queue that a list stands in for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import settings
from tests.integration.journal.conftest import (
    clock,
    dialect,
    journal,
    postgres_template,
    sqlite_template,
    url,
)
from tests.integration.journal.scene import Clock
from tests.integration.scans.looking import Looks
from worker import heartbeat
from worker.journal.database import Journal
from worker.scans import ending, failing, feeding, opening, piece, registry, work

__all__ = ["clock", "dialect", "journal", "postgres_template", "sqlite_template", "url"]


@pytest.fixture
def looks(
    journal: Journal, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Looks]:
    """The engine of this very process on that journal, with a made-up scan registered."""
    for module in (ending, failing, feeding, heartbeat, opening, piece, work):
        if hasattr(module, "journal"):
            monkeypatch.setattr(module, "journal", lambda: journal)
    monkeypatch.setenv("HANDOVER_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    monkeypatch.setattr(registry, "_registry", {})
    made = Looks(journal, clock)
    monkeypatch.setattr(feeding, "queue_length", lambda _: len(made.queue))
    monkeypatch.setattr(feeding, "_publish", made.queue.extend)
    yield made
    settings.cache_clear()
