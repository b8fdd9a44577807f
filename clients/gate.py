"""How many calls at once, how many a minute, and none while a system wants to be left alone.

All workers count together (`redis_ledger.py`). While that can't be reached, each process counts for
itself: the limits are courtesy, and what is right to do is the journal's to decide.
"""

import logging
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from clients.ledger import BUSY, Allowance, Ledger, LedgerDown, LocalLedger
from clients.redis_ledger import RedisLedger
from config.settings import Settings
from domain.errors import Transient

logger = logging.getLogger(__name__)

PATIENCE = 5.0
"""Seconds that a call waits for its turn. A longer wait goes back to the journal."""

LEAST_PAUSE = 1.0
"""Seconds for which the journal keeps a call that found no free place for all its patience."""

SHARED_AGAIN = 5.0
"""Seconds for which a process counts for itself before it asks the shared ledger again."""

LONGEST_HOLD = 86_400.0


class Gate(Protocol):
    """Lets calls to one system through, each in its turn."""

    def permit(self, deadline: float) -> AbstractContextManager[None]:
        """A place for one call that ends by `deadline`, on the clock of `time.monotonic()`."""

    def hold_off(self, seconds: float) -> None:
        """Nobody calls the system for so long: it has said that it wants to be left alone."""


class OpenGate:
    """No limits: for scripts and tests."""

    def permit(self, deadline: float) -> AbstractContextManager[None]:  # noqa: ARG002 - a Gate
        """There is always a place."""
        return nullcontext()

    def hold_off(self, seconds: float) -> None:
        """Only the one who was told so waits."""


class Turnstile:
    """Counts with all workers while it can, and for this process while it can't."""

    def __init__(
        self,
        system: str,
        allowance: Allowance,
        shared: Ledger | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._system = system
        self._own = LocalLedger(allowance)
        self._shared = shared
        self._shared_from = 0.0
        self._sleep = sleep

    @contextmanager
    def permit(self, deadline: float) -> Iterator[None]:
        """Waits up to 5 s for a place. Raises Transient with the wait where it takes longer."""
        token = secrets.token_hex(8)
        ledger = self._enter(token, deadline)
        try:
            yield
        finally:
            with self._bearing_its_loss():  # a place that is not given back is lent for a while
                ledger.give_back(token)

    def hold_off(self, seconds: float) -> None:
        """Nobody gets a place for so long, a day at most."""
        seconds = min(seconds, LONGEST_HOLD)
        self._own.hold_off(seconds)
        if self._shared is not None:
            with self._bearing_its_loss():
                self._shared.hold_off(seconds)

    def _enter(self, token: str, deadline: float) -> Ledger:
        patient_until = min(deadline, time.monotonic() + PATIENCE)
        while True:
            ledger, wait = self._take(token, max(deadline - time.monotonic(), 1.0))
            if wait <= 0:
                return ledger
            if time.monotonic() + wait > patient_until:
                wait = max(wait, LEAST_PAUSE)
                text = f"{self._system}: no call is allowed for {wait:.0f} s; nothing was sent"
                raise Transient(text, delay=wait, code="held-off")
            self._sleep(wait + random.uniform(0, BUSY))  # noqa: S311 - not all shall ask at once

    def _take(self, token: str, lease: float) -> tuple[Ledger, float]:
        if self._shared is not None and time.monotonic() >= self._shared_from:
            with self._bearing_its_loss():
                return self._shared, self._shared.take(token, lease)
        return self._own, self._own.take(token, lease)

    @contextmanager
    def _bearing_its_loss(self) -> Iterator[None]:
        try:
            yield
        except LedgerDown as error:
            self._shared_from = time.monotonic() + SHARED_AGAIN
            text = "limits of %s hold for this process alone for now: %s"
            logger.warning(text, self._system, error, extra={"system": self._system})


class Within:
    """A gate of some callers' own, inside the one that all share.

    They wait for a place of their own first, and hold no shared place meanwhile: however many of
    them there are, the shared places that theirs do not make up are the others'.
    """

    def __init__(self, own: Gate, shared: Gate) -> None:
        self._own = own
        self._shared = shared

    @contextmanager
    def permit(self, deadline: float) -> Iterator[None]:
        """Waits up to 5 s at either gate. Raises Transient with the wait where it takes longer."""
        with self._own.permit(deadline), self._shared.permit(deadline):
            yield

    def hold_off(self, seconds: float) -> None:
        """Nobody at all calls the system for so long: it does not tell callers apart."""
        self._shared.hold_off(seconds)


def gate_from(settings: Settings, system: str, allowance: Allowance) -> Gate:
    """The gate that all workers of this installation share; without limits each has its own."""
    if allowance == Allowance():
        return Turnstile(system, allowance)
    name = f"{settings.queue}.{system}"
    return Turnstile(system, allowance, RedisLedger(settings.redis_url, name, allowance))


def scans_gate_from(settings: Settings, system: str, own: Allowance, shared: Allowance) -> Gate:
    """The gate of the drift scans of this installation, inside the one that all its calls share."""
    return Within(gate_from(settings, f"drift.{system}", own), gate_from(settings, system, shared))
