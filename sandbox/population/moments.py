"""When the accounts of a tidy population were made: over years, and some in the same moment."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from sandbox.population import tidy_shares as shares

OLDEST, NEWEST, MIGRATION = 2400, 3, 800
SECONDS = tuple(
    f"T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000000Z"
    for second in range(86_400)
)


class Moments:
    """Draws the moments. Zuora's have whole seconds."""

    def __init__(self, random: Random, today: date) -> None:
        """Draw from `random`, counting back from `today`."""
        self._random = random.random
        self._days = [str(today - timedelta(days=ago)) for ago in range(NEWEST, OLDEST)]
        self._migration = f"{today - timedelta(days=MIGRATION)}T02:00:00.000000Z"
        self._last = self._migration

    def draw(self) -> str:
        """The next account's moment."""
        chance = self._random()
        if chance < shares.MIGRATED:
            return self._migration
        if chance > shares.MIGRATED + shares.SAME_MOMENT:
            day = self._days[int(self._random() * len(self._days))]
            self._last = day + SECONDS[int(self._random() * len(SECONDS))]
        return self._last
