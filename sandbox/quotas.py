"""How much Zuora is asked at once and over time, and where that exceeds its limits.

A window begins with the first request after the last one ended, and anew when its limit is
changed; where Zuora's begin is not known. A limit of 0 is no limit.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from sandbox.settings import Settings

HOUR, DAY = 60, 1440


@dataclass
class Window:
    """The requests of one minute, hour or day."""

    name: str
    limit: int = 0
    length: float = 0.0
    start: float = 0.0
    used: int = 0

    def count(self, now: float, limit: int, length: float) -> None:
        """Count one request, in a new window if the old one is over."""
        if (limit, length) != (self.limit, self.length) or now >= self.start + self.length:
            self.limit, self.length, self.start, self.used = limit, length, now, 0
        self.used += 1

    @property
    def exceeded(self) -> bool:
        """Whether the request counted last was one too many. Refused ones count too."""
        return 0 < self.limit < self.used

    @property
    def remaining(self) -> int:
        """How many more are allowed."""
        return max(0, self.limit - self.used)

    @property
    def share_left(self) -> float:
        """How far the window is from its limit: 1 is untouched."""
        return self.remaining / self.limit if self.limit else 1.0

    def reset(self, now: float) -> int:
        """Whole seconds until it is over; at least one."""
        return max(1, -int(-(self.start + self.length - now) // 1))


@dataclass(frozen=True)
class State:
    """What the limits are like after counting a request; `over` is the window that refuses it."""

    headers: tuple[tuple[str, str], ...]
    over: Window | None = None
    reset: int = 0


@dataclass
class Quotas:
    """The counters of one sandbox; they live and end with the process."""

    settings: Settings
    _windows: tuple[Window, ...] = ()
    _addresses: dict[str, Window] = field(default_factory=dict)
    _named: dict[str, Window] = field(default_factory=dict)
    _running: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def clear(self) -> None:
        """Forget what was counted; what is under way stays under way."""
        with self._lock:
            self._windows = ()
            self._addresses.clear()
            self._named.clear()

    def begin(self, kind: str, limit: int) -> int | None:
        """Count a request as under way; None when that is one too many, else how many are left."""
        with self._lock:
            running = self._running.get(kind, 0)
            if 0 < limit <= running:
                return None
            self._running[kind] = running + 1
            return limit - running - 1

    def end(self, kind: str) -> None:
        """A request is over."""
        with self._lock:
            self._running[kind] -= 1

    def token(self, address: str) -> State:
        """Count a token call: limited for each address of a caller."""
        settings, now = self.settings, time.monotonic()
        with self._lock:
            window = self._addresses.setdefault(address, Window("minute"))
            window.count(now, settings.tokens_per_minute, settings.minute)
            headers = (
                ("X-RateLimit-Limit-minute", str(window.limit)),
                ("X-RateLimit-Remaining-minute", str(window.remaining)),
            )
            return State(headers, window if window.exceeded else None, window.reset(now))

    def named(self, name: str, limit: int) -> State:
        """Count a call under a limit a minute of its own, in the words of Zendesk's headers."""
        now = time.monotonic()
        with self._lock:
            window = self._named.setdefault(name, Window("minute"))
            window.count(now, limit, self.settings.minute)
            headers = (
                ("X-Rate-Limit", str(window.limit)),
                ("X-Rate-Limit-Remaining", str(window.remaining)),
                ("ratelimit-reset", str(window.reset(now))),
            )
            return State(headers, window if window.exceeded else None, window.reset(now))

    def call(self) -> State:
        """Count any other call in all its windows; the nearest limit is the one reported."""
        settings, now = self.settings, time.monotonic()
        minute = settings.minute
        limits = (
            (settings.rate_per_minute, minute),
            (settings.rate_per_hour, minute * HOUR),
            (settings.rate_per_day, minute * DAY),
        )
        with self._lock:
            if not self._windows:
                self._windows = tuple(Window(name) for name in ("minute", "hour", "day"))
            for window, (limit, length) in zip(self._windows, limits, strict=True):
                window.count(now, limit, length)
            nearest = min(self._windows, key=lambda one: one.share_left)
            over = next((one for one in self._windows if one.exceeded), None)
            shown = over or nearest
            return State(self._headers(shown, now), over, shown.reset(now))

    def _headers(self, shown: Window, now: float) -> tuple[tuple[str, str], ...]:
        policies = (f"{one.limit};w={one.length:.0f}" for one in self._windows)
        return (
            ("RateLimit-Limit", ", ".join((str(shown.limit), *policies))),
            ("RateLimit-Remaining", str(shown.remaining)),
            ("RateLimit-Reset", str(shown.reset(now))),
        )
