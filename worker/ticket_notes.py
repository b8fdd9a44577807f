"""Posts the notes that are owed to tickets, each exactly once; no run ever waits for one.

A note is taken with a lease that outlasts its call. Whoever takes it next, after a kill or an
answer that never came, has the ticket looked through for its marker before anything is sent.
"""

import logging
import time
from collections.abc import Callable
from typing import Protocol

from celery import shared_task
from kombu.exceptions import OperationalError

from config.settings import settings
from config.work import working_on
from domain.errors import Defect, HandoverError, OutcomeUnknown, Refused, Transient
from domain.windows import WriteWindow
from worker.failures import LONGEST_PAUSE
from worker.journal import outbox
from worker.journal.outbox import Owed
from worker.runtime import journal, milliseconds, owner
from worker.telling.notes import TicketNote, compose
from worker.trips import AFTER_CLAIM, AFTER_JOURNAL, AFTER_REPLY, BEFORE_SEND, trip

log = logging.getLogger(__name__)

NAME = "post_ticket_notes"
BATCH = 20
"""How many notes one message posts at most: runs want the worker, too."""
FINAL = ("ticket-closed", "ticket-unknown", "note-public")
"""Codes after which trying again can't help."""
LONGEST_HOLD = 30.0
"""Seconds for which one note's trouble keeps the others: it may be that ticket's alone."""


class TicketSystem(Protocol):
    """Where tickets are."""

    def add_internal_note(self, ticket: str, body: str, marker: str, *, window: WriteWindow) -> str:
        """Posts a note that only agents see, unless one with this marker is there.

        Raises Refused (`ticket-closed`, `ticket-unknown`), OutcomeUnknown, Transient and the like.
        """


_connected: list[Callable[[], TicketSystem | None]] = []


def connect(system: Callable[[], TicketSystem | None]) -> None:
    """Says which system the notes go to, None if it is not configured: the engine knows none."""
    _connected[:] = [system]


def send_for_notes() -> None:
    """Has a worker post what is due, if nobody does yet."""
    if not settings().zendesk_url:
        return
    with journal().read() as tx:
        if not outbox.is_due(tx):
            return
    with journal().write() as tx:
        wanted = outbox.feed(tx, gap=milliseconds(settings().lease_seconds))
    if wanted:
        _send()


@shared_task(name=f"handover.{NAME}")  # type: ignore[untyped-decorator]
def post_ticket_notes() -> None:
    """Posts what is due, one after the other, until nothing is or the system can't be used."""
    try:
        done = sum(1 for _ in range(BATCH) if _post_next())
    except HandoverError as error:  # the journal itself; what was taken is taken again later
        log.warning("notes could not be posted: %s", error)
        return
    if done == BATCH:
        _send()


def _send() -> None:
    try:
        post_ticket_notes.apply_async(retry=False)
    except (OperationalError, OSError):
        log.warning("Redis can't be reached; notes on tickets wait")


def _post_next() -> bool:
    """Whether a note was posted or given up, so that the next one may be tried."""
    closes_at = time.monotonic() + settings().write_seconds
    with journal().write() as tx:
        length = milliseconds(settings().lease_seconds)
        owed = outbox.take(tx, owner=owner(), milliseconds=length)
    if owed is None:
        return False
    with working_on(run_id=owed.run_id, step=NAME, attempt=owed.attempt):
        trip(NAME, AFTER_CLAIM)
        try:
            _post(owed, closes_at)
        except Exception as error:  # noqa: BLE001 - every failure is settled by its type, there
            return _settle(owed, error, closes_at)
        with journal().write() as tx:
            outbox.posted(tx, owed, owner=owner())
        trip(NAME, AFTER_JOURNAL)
        log.info("note posted")
        return True


def _post(owed: Owed, closes_at: float) -> None:
    system = _connected[0]() if _connected else None
    if system is None:
        raise Transient("No ticket system is connected.", code="not-connected")
    with journal().read() as tx:
        note: TicketNote = compose(tx, owed.run_id, owed.event)
    trip(NAME, BEFORE_SEND)
    request_id = f"{owed.run_id}.note.{owed.event}.{owed.attempt}"
    window = WriteWindow(request_id, closes_at)
    system.add_internal_note(note.ticket, note.body, note.marker, window=window)
    trip(NAME, AFTER_REPLY)


def _settle(owed: Owed, error: Exception, closes_at: float) -> bool:
    """A note that can't be posted is given up and said in the report; the others wait a while."""
    mine, code = isinstance(error, HandoverError), getattr(error, "code", "defect")
    log.log(
        logging.ERROR if _is_defect(error) else logging.WARNING,
        str(error) if mine else f"an unexpected {type(error).__name__}",
        exc_info=error if _is_defect(error) else None,
    )
    tired = _is_defect(error) and owed.attempt >= settings().max_attempts
    with journal().write() as tx:
        if tired or (isinstance(error, Refused | Defect) and code in FINAL):
            outbox.give_up(tx, owed, owner=owner(), why=code)
            return True
        pause = milliseconds(_pause(owed.attempt, error, closes_at))
        outbox.later(tx, owed, owner=owner(), milliseconds=pause)
        if not _is_defect(error):  # it is the system's fault: others would meet the same
            outbox.hold(tx, milliseconds=min(pause, milliseconds(LONGEST_HOLD)))
    return False


def _is_defect(error: Exception) -> bool:
    return isinstance(error, Defect) or not isinstance(error, HandoverError)


def _pause(attempt: int, error: Exception, closes_at: float) -> float:
    """In seconds. What may have been sent may still land until its window closes."""
    asked = error.delay if isinstance(error, Transient) else None
    grown = settings().retry_seconds * 2.0 ** min(attempt - 1, 10)
    pause = min(grown if asked is None else asked, LONGEST_PAUSE)
    return max(pause, closes_at - time.monotonic()) if isinstance(error, OutcomeUnknown) else pause
