"""The third and fourth phase of a full scan: which accounts need a confirming read.

Those that the join singles out, and those with an open finding: a finding ends only where somebody
has looked at its account.
"""

from collections.abc import Sequence

from config.settings import settings
from domain.drift.findings import OF_ACCOUNTS
from tasks.drift import joining, scratch
from worker.journal import findings, suspects
from worker.runtime import journal, milliseconds
from worker.scans.piece import Finishing, Piece

ACCOUNTS = 20_000
"""Accounts that one piece compares."""
SUSPECTS = 20
"""Suspects that one piece looks at."""


def index(piece: Piece) -> None:
    """Makes the indexes, and cuts the accounts into ranges."""
    read_until = journal().now()
    with scratch.opened(piece.scan_id) as tables:
        tables.make_indexes()
        active, skipped = joining.counted(tables)
        bounds = ["", *joining.bounds(tables, ACCOUNTS)]
    piece.counts(accounts=active, skipped=skipped)
    with piece.finishing() as finishing:
        for low, high in zip(bounds, [*bounds[1:], None], strict=True):
            finishing.add("compare", {"low": low, "high": high, "read_until": read_until})


def compare(piece: Piece) -> None:
    """Compares one range of accounts; its suspects wait until what is under way has arrived."""
    low, high = piece.spec["low"], piece.spec["high"]
    with scratch.opened(piece.scan_id) as tables:
        found = dict(joining.differing(tables, low, high))
    settled = piece.spec["read_until"] + milliseconds(settings().drift_settle)
    with piece.finishing() as finishing:
        tx = finishing.tx
        for account in findings.accounts_between(tx, low, high, OF_ACCOUNTS):
            found.setdefault(account, frozenset())
        suspects.add(tx, piece.scan_id, found)
        look_at(finishing, sorted(found), not_before=settled)


def look_at(
    finishing: Finishing, accounts: Sequence[str], *, look: int = 1, not_before: int = 0
) -> None:
    """Has accounts looked at for the first or second time, a few by each piece."""
    for first in range(0, len(accounts), SUSPECTS):
        spec = {"accounts": accounts[first : first + SUSPECTS], "look": look}
        finishing.add("confirm", spec, not_before_ms=not_before)
