"""The task of the drift workers: what happens when Celery delivers a hint that a piece is due."""

import logging
from functools import partial

from celery import shared_task

from config.settings import settings
from config.work import working_on
from domain.errors import InvalidRequest, Unavailable
from worker.heartbeat import heartbeat
from worker.journal import pieces, scans
from worker.journal.pieces import Fenced
from worker.runtime import journal, milliseconds, owner
from worker.scans.ending import tell_end
from worker.scans.failing import refuse_if_tired, settle
from worker.scans.feeding import TASK, feed
from worker.scans.piece import GivenBack, Piece
from worker.scans.registry import scan_of
from worker.trips import AFTER_CLAIM, BEFORE_CLAIM, trip

log = logging.getLogger(__name__)


@shared_task(name=TASK, max_retries=0, Request="worker.request:PieceRequest")  # type: ignore[untyped-decorator]
def work(scan_id: str, phase: str, n: int) -> None:
    """Works one piece off, if the journal allows it; a superfluous message ends quietly."""
    with working_on(scan_id=scan_id, step=f"drift-{phase}", piece=n):
        try:
            _work(scan_id, phase, n)
        except Fenced as error:
            log.warning("nothing more is recorded: %s", error)
        except (InvalidRequest, Unavailable) as error:
            # The journal itself could not be used. The lease runs out; recovery goes on from there.
            log.warning("the piece can't be worked on: %s", error)
        except Exception:
            # Told here, where the scan is known; Celery would print the error's text.
            log.exception("the piece met a defect outside of its work")


def _work(scan_id: str, phase: str, n: int) -> None:
    trip(f"drift-{phase}", BEFORE_CLAIM)
    with journal().write() as tx:
        length = milliseconds(settings().lease_seconds)
        claimed = pieces.claim(tx, (scan_id, phase, n), owner=owner(), milliseconds=length)
        kind = scans.get(tx, scan_id).kind
    if claimed is None:
        return
    piece = Piece(*claimed)
    with working_on(attempt=piece.lease.attempt, fence=piece.lease.fence):
        trip(f"drift-{phase}", AFTER_CLAIM)
        with heartbeat(partial(pieces.extend, lease=piece.lease)):
            _work_off(piece, kind)
    tell_end(scan_id)
    feed(scan_id)


def _work_off(piece: Piece, kind: str) -> None:
    try:
        refuse_if_tired(piece)
        scan_of(kind).phase(piece.phase).work(piece)
        if not piece.finished:
            with piece.finishing():
                pass
    except Fenced:
        raise
    except GivenBack:
        with journal().write() as tx:
            piece.give_back(tx, until=tx.now, why=None, counted=False)
    except Exception as error:
        if piece.finished:
            log.exception("the piece met a defect after its end")
            return
        settle(piece, error)
