"""What a scan reads outlives the clearing up after another, on both databases."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, event

from tasks.drift import joining, scratch
from tests.integration.drift.scanning import NoSandbox, scanning
from tests.parts.folders import short_folder
from worker import runtime
from worker.journal import scans, scratch_schema
from worker.journal.database import Tx


def test_a_scan_that_begins_meanwhile(
    dialect: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not there yet when it was asked whose tables are still needed."""
    begun: list[str] = []
    real = scans.unfinished

    def begin() -> None:
        if not begun:
            begun.append("")
            begun[:] = [_begin(dialect)]

    def unfinished(tx: Tx) -> Sequence[Row[Any]]:
        known = real(tx)
        if dialect == "sqlite":
            begin()
        return known

    def before(*given: Any) -> None:
        if given[2].startswith("DELETE"):
            begin()

    with short_folder("state") as state:
        address = "" if dialect == "sqlite" else url
        with scanning(NoSandbox, state, address, {}):
            event.listen(runtime.journal().engine, "before_cursor_execute", before)
            monkeypatch.setattr(scans, "unfinished", unfinished)
            scratch.clear()
            if dialect == "sqlite":
                assert list((state / "drift").glob(f"{begun[0]}.*.db"))
            else:
                assert joining.counted(scratch.Scratch(runtime.journal(), begun[0])) == (1, 0)


def _begin(dialect: str) -> str:
    """A scan that has read something, as another process begins it."""
    if dialect == "sqlite":  # nobody else writes to the journal at that moment, but a file is made
        scratch.make("S-begun")
        return "S-begun"
    with runtime.journal().write() as tx:
        made = scans.open_scan(tx, "full", lane="accounts", phase="read", by="kim")
    assert made
    scratch.Scratch(runtime.journal(), made).put(scratch_schema.accounts, [("a1", None, True)])
    return made
