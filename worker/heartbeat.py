"""Prolonging a lease while its work is done: a slow answer is no reason to lose it.

A process that is frozen or killed prolongs nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread
from typing import Protocol

from config.settings import settings
from domain.errors import HandoverError
from worker.journal.database import Tx
from worker.runtime import journal, milliseconds

log = logging.getLogger(__name__)


class Extend(Protocol):
    """Prolongs a lease; false once it is somebody else's."""

    def __call__(self, tx: Tx, *, milliseconds: int) -> bool:
        """Prolong it from now by so many milliseconds."""


@contextmanager
def heartbeat(extend: Extend) -> Iterator[None]:
    """Prolongs a lease from a thread for as long as the body works."""
    length = settings().lease_seconds
    stopped = Event()

    def beat() -> None:
        while not stopped.wait(length / 3):
            try:
                with journal().write() as tx:
                    if not extend(tx, milliseconds=milliseconds(length)):
                        return
            except HandoverError:
                log.warning("the lease could not be prolonged")

    thread = Thread(target=copy_context().run, args=(beat,), name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
