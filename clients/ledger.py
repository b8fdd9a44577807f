"""Counting calls: who is at it, how fast, and until when nobody may."""

import threading
import time
from dataclasses import dataclass
from typing import Protocol

BUSY = 0.02
"""Seconds after which to ask again if there is no free place."""

BURST = 6.0
"""Seconds of an even pace that may be used up at once: a tenth of a minute's calls."""


class LedgerDown(Exception):
    """A shared ledger can't be reached. The text says why, without an address."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a system may be asked: calls `at_once`, and calls `per_minute`; 0 is no limit."""

    at_once: int = 0
    per_minute: int = 0

    @property
    def interval(self) -> float:
        """Seconds from one call to the next at an even pace; 0 without a limit."""
        return 60 / self.per_minute if self.per_minute else 0.0


class Ledger(Protocol):
    """A count of calls."""

    def take(self, token: str, lease: float) -> float:
        """Takes a place for at most `lease` seconds and returns 0, else how long to wait first.

        Raises LedgerDown.
        """

    def give_back(self, token: str) -> None:
        """Frees a place. Raises LedgerDown."""

    def hold_off(self, seconds: float) -> None:
        """Nobody gets a place for so long. Raises LedgerDown."""


class LocalLedger:
    """Counts the calls of this process. An even pace, of which a little may be used up at once."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._lock = threading.Lock()
        self._taken: set[str] = set()
        self._turn = 0.0
        self._held_until = 0.0

    def take(self, token: str, lease: float) -> float:  # noqa: ARG002 - who is gone calls no more
        """Takes a place, or says how long to wait first."""
        limit, interval = self._allowance.at_once, self._allowance.interval
        with self._lock:
            now = time.monotonic()
            if now < self._held_until:
                return self._held_until - now
            if limit and len(self._taken) >= limit:
                return BUSY
            turn = max(now, self._turn)
            if interval and turn > now + BURST:
                return turn - now - BURST
            self._turn = turn + interval
            self._taken.add(token)
            return 0.0

    def give_back(self, token: str) -> None:
        """Frees a place."""
        with self._lock:
            self._taken.discard(token)

    def hold_off(self, seconds: float) -> None:
        """Nobody gets a place for so long."""
        with self._lock:
            self._held_until = max(self._held_until, time.monotonic() + seconds)
