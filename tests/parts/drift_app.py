"""The product's own Celery app with a scan that is made up: it reads pages of numbers.

The pages that were read stand in the file that TEST_PAGES names, one a line, so that a test can see
what was read twice. Use `made_up()` to know the same scan in the test's own process.
"""

import os
from pathlib import Path

from celery.signals import worker_process_init

from worker.app import app
from worker.scans import registry
from worker.scans.piece import Piece
from worker.scans.registry import Phase, Scan

__all__ = ["app"]

PIECES, PAGES, ROWS = 6, 3, 10
UNDISTURBED = {"accounts": 180, "calls_zuora": 18, "rows": 180}
"""What a scan has counted when nothing went wrong."""


def plan(piece: Piece) -> None:
    """Cuts the numbers into pieces."""
    with piece.finishing() as finishing:
        for number in range(PIECES):
            finishing.add("read", {"from": number * PAGES})
        finishing.add("close", {})


def read(piece: Piece) -> None:
    """Reads one page after the other, from wherever it was left."""
    first = int(piece.spec["from"])
    for page in range(int(piece.cursor or first), first + PAGES):
        with Path(os.environ["TEST_PAGES"]).open("a") as file:
            file.write(f"{piece.scan_id} {page}\n")
        piece.call("zuora")
        piece.counts(accounts=ROWS)
        piece.progress(str(page + 1), rows=ROWS)


def close(piece: Piece) -> None:
    """Says that all is well."""
    with piece.finishing() as finishing:
        finishing.end(result="clean", summary="Nothing was found.")


def made_up(kind: str = "full", lane: str = "accounts") -> Scan:
    """The scan under one of the names that the schedule knows."""
    phases = (Phase("plan", plan), Phase("read", read), Phase("close", close))
    return Scan(kind, lane, phases)


@worker_process_init.connect
def _make_up(**_: object) -> None:
    # In place of the product's own, which look at systems.
    for scan in (made_up(), made_up("proved", "runs")):
        registry._registry[scan.kind] = scan
