"""The third and fourth phase of a full scan: which accounts need a confirming read.

Those that the join singles out, and those with an open finding: a finding ends only where somebody
has looked at its account.
"""

from collections.abc import Sequence

from config.settings import settings
from domain.drift.findings import OF_ACCOUNTS
from domain.errors import Refused
from tasks.drift import joining, scratch
from worker.journal import findings, scans, suspects
from worker.journal.database import Tx
from worker.runtime import journal, milliseconds
from worker.scans.piece import Finishing, Piece

ACCOUNTS = 20_000
"""Accounts that one piece compares."""
SUSPECTS = 20
"""Suspects that one piece looks at."""
FLOOR = 1_000
"""Suspects of a scan: so many are looked at whatever share of all accounts they are."""


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
    """Compares one range of accounts; its suspects wait until what is under way has arrived.

    Raises Refused `too-many-suspects`.
    """
    low, high = piece.spec["low"], piece.spec["high"]
    with scratch.opened(piece.scan_id) as tables:
        found = dict(joining.differing(tables, low, high))
    settled = piece.spec["read_until"] + milliseconds(settings().drift_settle)
    with piece.finishing() as finishing:
        tx = finishing.tx
        for account in findings.accounts_between(tx, low, high, OF_ACCOUNTS):
            found.setdefault(account, frozenset())
        suspects.add(tx, piece.scan_id, found)
        _refuse_too_many(tx, piece.scan_id)
        look_at(finishing, sorted(found), not_before=settled)


def _refuse_too_many(tx: Tx, scan_id: str) -> None:
    """Judges by what the ranges compared so far have shown: looking begins after the last one."""
    found = sum(suspects.outcomes(tx, scan_id).values())
    accounts = scans.counts(tx, scan_id).get("accounts", 0)
    if are_too_many(found, accounts):
        text = (
            f"At least {found} accounts seem to differ, and Zuora has {accounts} active ones: see"
            " whether both systems show all of their records to whom Handover signs in as. If so"
            " many do differ, raise HANDOVER_DRIFT_MOST_SUSPECTS, or set it to 0."
        )
        raise Refused(text, code="too-many-suspects")


def are_too_many(found: int, accounts: int) -> bool:
    """Whether one side rather reads as nearly empty, so that each account is a suspect.

    Each of them would cost several calls, only to see that nothing differs.
    """
    share = settings().drift_most_suspects
    return bool(share) and found > max(FLOOR, share * accounts)


def look_at(
    finishing: Finishing, accounts: Sequence[str], *, look: int = 1, not_before: int = 0
) -> None:
    """Has accounts looked at for the first or second time, a few by each piece."""
    for first in range(0, len(accounts), SUSPECTS):
        spec = {"accounts": accounts[first : first + SUSPECTS], "look": look}
        finishing.add("confirm", spec, not_before_ms=not_before)
