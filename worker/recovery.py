"""Recovery: a bounded feeder that sends again what is due or orphaned.

Every worker runs one in a thread. It is level-triggered: it looks at the journal, not at what
failed. A run whose worker was killed comes back when its lease ends, at the latest one scan later.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread

from config.settings import settings
from domain.errors import HandoverError
from worker.broker import queue_length
from worker.expiry import expire_questions
from worker.journal import feeding
from worker.missed import Missed
from worker.presence import Kind, Presence
from worker.runtime import journal, milliseconds

log = logging.getLogger(__name__)
PARKED_BATCH = 50
_stopped = Event()
_threads: list[Thread] = []


def start(kind: Kind = "worker") -> None:
    """Begins to scan in a thread of this process, which is a worker for runs or for drift."""
    _stopped.clear()
    thread = Thread(target=_scan_for_ever, args=(kind,), name="recovery", daemon=True)
    _threads.append(thread)
    thread.start()


def stop() -> None:
    """Ends the scanning."""
    _stopped.set()


def wait() -> None:
    """Waits until the scanning has ended, but not for ever."""
    for thread in _threads:
        thread.join(timeout=5)


def _scan_for_ever(kind: Kind) -> None:
    from worker.scans.feeding import feed_scans  # noqa: PLC0415 - the app starts recovery
    from worker.ticket_notes import send_for_notes  # noqa: PLC0415 - the same

    pause = settings().scan_seconds
    here, missed = Presence(kind), Missed()
    while not _stopped.is_set():
        fed = _outlive(scan)
        for aside in (here.note, expire_questions, send_for_notes, feed_scans, missed.notice):
            _outlive(aside)
        # While there is something to send and room to send it, waiting helps nobody.
        _stopped.wait(min(pause, 0.2) if fed else pause)
    here.leave()


def _outlive(work: Callable[[], int | None]) -> int:
    """The thread outlives whatever it meets: without it no run is ever picked up again."""
    try:
        return work() or 0
    except HandoverError as error:
        log.warning("recovery could not do its work: %s", error)
    except Exception:
        log.exception("recovery met a defect")
    return 0


def scan() -> int:
    """Sends what should be sent now; returns how many of those runs had surely no message."""
    waiting = queue_length()
    limit = settings().feed_limit
    with journal().read() as tx:
        surely = list(feeding.due(tx, parked=True, limit=PARKED_BATCH))
        if waiting < limit:
            surely += feeding.due(tx, parked=False, limit=limit - waiting)
        late = feeding.LONG_OVERDUE * _gap()
        perhaps = feeding.due(tx, parked=False, limit=1, late_by=late)
    sent = sum(_send(run_id) for run_id in surely)
    for run_id in perhaps:
        _send(run_id)
    return sent


def _send(run_id: str) -> int:
    from worker.canvas import publish  # noqa: PLC0415 - the app starts recovery, canvases need it

    with journal().write() as tx:
        if not feeding.take(tx, run_id, gap=_gap()):
            return 0
    publish(run_id, patient=False)
    log.info("sent again", extra={"run_id": run_id})
    return 1


def _gap() -> int:
    return milliseconds(settings().orphan_seconds)
