"""The first phase of a full scan: what is to be read, cut into pieces that take a while each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from clients.customersdot_bulk import COLUMNS
from clients.zoql import What, Window
from config.settings import settings
from tasks.drift import scratch
from tasks.drift.clients import calls_counted, customersdot_bulk, zuora_bulk
from worker.journal import suspects
from worker.scans.piece import Piece

PAGES = 10
"""Pages of CustomersDot that one piece reads."""
Spec = dict[str, Any]


def plan(piece: Piece) -> None:
    """Asks both systems how much there is.

    CustomersDot first: whatever it has by then was in Zuora before, so that Zuora's windows, which
    end later, hold it.
    """
    scratch.clear()
    with calls_counted(piece.call):
        ranges = list(_ranges())
        windows = list(_all_windows())
    made = scratch.make(piece.scan_id)
    with piece.finishing() as finishing:
        scratch.use(finishing.tx, piece.scan_id, made)
        suspects.remove_older(finishing.tx)
        for pair in zip_longest(windows, ranges):  # so that both systems are at work all the time
            for spec in filter(None, pair):
                finishing.add("read", spec)
        finishing.add("index", {})
        finishing.add("close", {})


def _ranges() -> Iterator[Spec]:
    width = settings().drift_page * PAGES
    for model in COLUMNS:
        highest = customersdot_bulk().highest_id(model)
        for low in range(1, highest + 1, width):
            yield {"model": model, "low": low, "high": min(low + width - 1, highest)}


def _all_windows() -> Iterator[Spec]:
    whole = Window(before=datetime.now(UTC).replace(microsecond=0))
    names: tuple[What, ...] = ("Contact", "Account")
    for what in names:
        for window, size in _windows(what, whole, zuora_bulk().count(what, whole)):
            yield {"what": what, "window": window.model_dump(mode="json"), "counted": size}


def _windows(what: What, window: Window, size: int) -> Iterator[tuple[Window, int]]:
    """Windows that have not too many rows, with how many; what can't be halved stays as it is."""
    first, *rest = window.halves()
    if size <= settings().drift_window_rows or not rest:
        yield window, size
        return
    in_first = zuora_bulk().count(what, first)
    yield from _windows(what, first, in_first)
    yield from _windows(what, rest[0], max(size - in_first, 0))
