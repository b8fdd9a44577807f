"""Somebody who calls `handover drift` in this very process, on a journal of either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.calls import DEAD, NEIGHBOURS
from tests.integration.cli.drift.desk import Desk
from tests.integration.journal.conftest import dialect, postgres_template, sqlite_template, url
from tests.integration.journal.scene import MASTER_KEY
from tests.parts.rehearsal import forget_process_state, use_environment

__all__ = ["dialect", "postgres_template", "sqlite_template", "url"]


@pytest.fixture
def desk(
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    """A desk with an empty journal. Redis and both systems are away."""
    env = {
        "HANDOVER_STATE_DIR": str(tmp_path),
        "HANDOVER_MASTER_KEYS": MASTER_KEY,
        "HANDOVER_LOOKUP_KEY": "the lookup key of the tests",
        "HANDOVER_OPERATOR": "kim",
        "REDIS_URL": DEAD,
        "DATABASE_URL": "" if url.startswith("sqlite") else url,
        **NEIGHBOURS,
    }
    use_environment(monkeypatch, env)
    monkeypatch.chdir(tmp_path)
    yield Desk(capsys)
    forget_process_state()
