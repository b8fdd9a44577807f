"""What is shared between processes when one of them has signed in: a session or a token."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a renewal brought. `good_for` is in seconds; None if nobody says when it ends."""

    value: str = field(repr=False)
    good_for: float | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """The present sign-in or token. `generation` is one more with each renewal.

    `good_until` is on the clock of `time.monotonic()` of the process that read it.
    """

    value: str = field(repr=False)
    generation: int
    good_until: float | None = None

    def lasts(self, now: float) -> bool:
        """Whether it has not ended by itself."""
        return self.good_until is None or now < self.good_until

    def replaces(self, known: "Secret | None", now: float) -> bool:
        """Whether it can be used in the place of one that is known, or that was refused."""
        return self.lasts(now) and (known is None or self.value != known.value)
