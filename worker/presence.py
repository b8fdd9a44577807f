"""How a worker or a beat says that it is alive, for people who look: nothing is decided by it.

A worker's recovery says so between two scans, so that a worker whose recovery hangs falls silent,
too. A beat has a thread for it.
"""

import atexit
import logging
import time
from threading import Thread
from typing import Literal

from config.settings import settings
from config.version import version
from domain.errors import HandoverError
from worker.journal import processes
from worker.runtime import journal, milliseconds, owner

log = logging.getLogger(__name__)
Kind = Literal["worker", "drift", "beat"]
"""What a process does: runs, scans, or sending what is scheduled."""

PAUSE_SECONDS = 10.0
"""Between two notes of one process: often enough for a person, and hardly a load."""
FORGOTTEN_SECONDS = 24 * 3600.0
"""A process that said nothing for so long is no news any more."""


def silent_after() -> float:
    """In seconds: who has said nothing for so long is dead, frozen or cut off."""
    return 3 * max(PAUSE_SECONDS, settings().scan_seconds)


class Presence:
    """One process's row in the journal."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._name = owner()
        self._next = 0.0

    def note(self) -> None:
        """Says that this process is alive, unless it just did. Raises Unavailable."""
        if time.monotonic() < self._next:
            return
        with journal().write() as tx:
            ahead = time.time_ns() // 1_000_000 - tx.now
            processes.note(tx, self._name, kind=self._kind, ahead=ahead, version=version())
            processes.forget_dead(tx, milliseconds(FORGOTTEN_SECONDS))
        self._next = time.monotonic() + PAUSE_SECONDS

    def leave(self) -> None:
        """Says that this process ends as it should. A journal that can't be used is no matter."""
        try:
            with journal().write() as tx:
                processes.leave(tx, self._name)
        except HandoverError as error:
            log.warning("the end of this process could not be recorded: %s", error)


def attend_beat() -> None:
    """Begins to say that this beat is alive, until it ends."""
    here = Presence("beat")
    atexit.register(here.leave)
    Thread(target=_say_for_ever, args=(here,), name="presence", daemon=True).start()


def _say_for_ever(here: Presence) -> None:
    while True:
        try:
            here.note()
        except HandoverError as error:
            log.warning("this beat could not say that it is alive: %s", error)
        time.sleep(PAUSE_SECONDS)
