"""When the accounts of a tidy population were made: over years, and some in the same moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sandbox.population import tidy_shares as shares

OLDEST, NEWEST = timedelta(days=2400), timedelta(days=3)
MIGRATION_BEGINS = 0.6


class Moments:
    """The moments in whole seconds, as Zuora's are, each not before the one of the last account."""

    def __init__(self, random: Random, today: date, count: int) -> None:
        """The moments of `count` accounts, drawn from `random` and counting back from `today`."""
        self._random = random.random
        self._count = count
        midnight = datetime.combine(today, time(), UTC)
        self._first, self._span = midnight - OLDEST, OLDEST - NEWEST
        self._last = ""

    def of(self, position: int) -> str:
        """The next account's moment; `position` counts from 0."""
        place = position / self._count
        if MIGRATION_BEGINS <= place < MIGRATION_BEGINS + shares.MIGRATED:
            self._last = self._at(MIGRATION_BEGINS)
        elif not self._last or self._random() >= shares.SAME_MOMENT:
            self._last = self._at(place + self._random() / self._count)
        return self._last

    def _at(self, share: float) -> str:
        return f"{self._first + self._span * share:%Y-%m-%dT%H:%M:%S}.000000Z"
