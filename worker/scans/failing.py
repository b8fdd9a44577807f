"""What a failed piece does to its scan: decided by the error's type, recorded in one transaction.

A piece is tried again after growing pauses, or the scan ends as failed and says why; there is no
third way, so that nothing stands still in silence.
"""

import logging

from config.settings import settings
from domain.errors import (
    Defect,
    HandoverError,
    OutcomeUnknown,
    SignInExpired,
    Transient,
    Unavailable,
)
from worker.failures import LONGEST_PAUSE, NOT_TRIED
from worker.journal import pieces, scans
from worker.journal.database import Tx
from worker.runtime import journal, milliseconds
from worker.scans.piece import Piece

log = logging.getLogger(__name__)
_LATER = (Transient, Unavailable, SignInExpired, OutcomeUnknown)


def refuse_if_tired(piece: Piece) -> None:
    """Raises Defect for a piece whose workers vanished too often: it may be what ends them."""
    if piece.lease.attempt > settings().drift_max_attempts:
        raise Defect("The worker vanished each time it tried.", code="worker-vanished")


def settle(piece: Piece, error: Exception) -> None:
    """Records what becomes of the piece and of its scan. Raises Fenced."""
    bad = isinstance(error, Defect) or not isinstance(error, HandoverError)
    level = logging.ERROR if bad else logging.WARNING
    log.log(level, _say(error), exc_info=error if bad else None)
    with journal().write() as tx:
        if isinstance(error, _LATER) and _may_try_again(piece, error):
            _later(tx, piece, error)
        else:
            _fail(tx, piece, error)


def _may_try_again(piece: Piece, error: HandoverError) -> bool:
    return error.code in NOT_TRIED or piece.lease.attempt < settings().drift_max_attempts


def _later(tx: Tx, piece: Piece, error: HandoverError) -> None:
    until = tx.now + milliseconds(_pause(piece.lease.attempt, error))
    piece.give_back(tx, until=until, why=error.code, counted=error.code not in NOT_TRIED)


def _pause(attempt: int, error: HandoverError) -> float:
    """In seconds. What the other side asked for counts, however long it is."""
    if isinstance(error, Transient) and error.delay is not None:
        return error.delay
    return min(settings().retry_seconds * 2.0 ** min(attempt - 1, 10), LONGEST_PAUSE)


def _fail(tx: Tx, piece: Piece, error: Exception) -> None:
    pieces.check(tx, piece.lease)
    reason = error.code if isinstance(error, HandoverError) else "defect"
    # The calls of this try were made; the end of the scan adds them up.
    piece.give_back(tx, until=tx.now, why=reason, counted=True)
    summary = f"Piece {piece.n} of {piece.phase}: {_say(error)}"
    scans.end(tx, piece.scan_id, "failed", reason=reason, summary=summary)


def _say(error: Exception) -> str:
    if isinstance(error, HandoverError):
        return str(error)
    # Text that we did not write may quote personal data.
    return f"An unexpected {type(error).__name__}; the worker's log names the place."
