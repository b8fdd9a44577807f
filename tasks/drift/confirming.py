"""Confirming reads: each suspect is looked at live before anything is reported.

Two looks have to show the same, the first of which may be the pages of the scan, and the second is
made once what was under way had time to arrive. An account that a run holds, or has just written
to, is given that time once more, and then left to the next scan.
"""

import logging

from config.settings import settings
from domain.drift.differences import Difference, differences, only_in_customersdot
from domain.drift.findings import OF_ACCOUNTS, judge
from domain.errors import Defect, Refused, Transient
from tasks.drift.clients import calls_counted, customersdot, zuora
from tasks.drift.comparing import look_at
from tasks.proving_now import sides_of
from worker.journal import claims, findings, pieces, runs, suspects
from worker.journal.database import Tx
from worker.journal.findings import Looked
from worker.journal.suspects import Suspect
from worker.runtime import journal, milliseconds, owner
from worker.scans.piece import Piece

log = logging.getLogger(__name__)
LOOKS = 2
MOST_UNREADABLE = 5
"""Accounts; where there are as many, one more that a system fails at says that it always fails."""


def confirm(piece: Piece) -> None:
    """Looks at a few suspects, one after the other, and has some looked at again."""
    accounts, look = piece.spec["accounts"], piece.spec["look"]
    for n in range(int(piece.cursor or 0), len(accounts)):
        _look(piece, accounts[n], look)
        piece.progress(str(n + 1))
    with piece.finishing() as finishing:
        found = (suspects.get(finishing.tx, piece.scan_id, account) for account in accounts)
        open_ = [one.account_id for one in found if one is not None and one.outcome is None]
        later = finishing.tx.now + milliseconds(settings().drift_settle)
        look_at(finishing, open_, look=look + 1, not_before=later)


def _look(piece: Piece, account_id: str, look: int) -> None:
    began = journal().now()
    try:
        with calls_counted(piece.call):
            number, seen = differences_now(account_id)
    except (Defect, Transient) as error:
        if not _is_for_good(piece, error):
            raise
        # One account that can't be read must not keep the scan from all the others.
        log.exception("account %s can't be looked at", account_id)
        number, seen = "", None
    with journal().write() as tx:
        pieces.check(tx, piece.lease)
        suspect = suspects.get(tx, piece.scan_id, account_id)
        if suspect is None or suspect.looks >= look:
            return  # by whoever had this piece before
        if seen is None:
            _settle(tx, piece, suspect, suspects.UNREADABLE)
        elif in_flight(tx, (account_id, number), began):
            _settle(tx, piece, suspect, suspects.LEFT if look == LOOKS else None)
        else:
            _judge(tx, piece, suspect, number, seen)


def _is_for_good(piece: Piece, error: Defect | Transient) -> bool:
    """Whether another try would meet the same.

    A system that fails at each try to read one account, though it can be reached, may do so for
    ever. The tries are those of this account: they count anew from each progress on.
    """
    if isinstance(error, Defect):
        return True
    last = piece.lease.attempt >= settings().drift_max_attempts
    if not last or error.code != "server-error":
        return False
    with journal().read() as tx:
        so_far = suspects.outcomes(tx, piece.scan_id).get(suspects.UNREADABLE, 0)
    return so_far < MOST_UNREADABLE


def _judge(
    tx: Tx, piece: Piece, suspect: Suspect, number: str, seen: tuple[Difference, ...]
) -> None:
    known = findings.unresolved(tx, suspect.account_id, OF_ACCOUNTS)
    judged = judge(seen, suspect.seen | known.keys())
    looked = Looked(piece.scan_id, suspect.account_id, number, OF_ACCOUNTS, judged.confirmed)
    findings.record(tx, looked, actor=owner())
    outcome: str | None = suspects.DIFFERS if judged.confirmed else suspects.AGREES
    if judged.unconfirmed and suspect.looks + 1 < LOOKS:
        outcome = None
    _settle(tx, piece, suspect, outcome, seen)


def _settle(
    tx: Tx,
    piece: Piece,
    suspect: Suspect,
    outcome: str | None,
    seen: tuple[Difference, ...] = (),
) -> None:
    by_now = suspect.seen.union(one.identity for one in seen)
    suspects.record(tx, piece.scan_id, suspect, seen=by_now, outcome=outcome)


def in_flight(tx: Tx, names: tuple[str, ...], began: int) -> bool:
    """Whether a run holds the account, or wrote to it since the look began or shortly before."""
    known = [name for name in names if name]
    since = min(began, tx.now - milliseconds(settings().drift_settle))
    held = claims.holder(tx, "account", known)
    return held is not None or runs.wrote_since(tx, known, since) is not None


def differences_now(account_id: str) -> tuple[str, tuple[Difference, ...]]:
    """An account's number, empty where nobody knows it, and what differs at this moment.

    Raises what reading raises.
    """
    try:
        account = zuora().account(account_id)
    except Refused as error:
        if error.code != "zuora-account-unknown":
            raise
        found = tuple(customersdot().billing_accounts_by_zuora_id(account_id))
        number = found[0].zuora_account_number if found else ""
        return number, only_in_customersdot(found)
    return account.number, differences(sides_of(account, customersdot()))
