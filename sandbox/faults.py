"""Misbehaviour on order: which requests are hit, and what is being held right now.

This module decides and remembers; `gate` carries it out on the connection.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any

KINDS = (
    *("latency", "refuse", "reset", "timeout_before", "timeout_after", "hold_before_commit"),
    *("hold_after_commit", "status", "status_after", "rate_concurrency", "rate_limit"),
    *("truncated", "drip", "expired_session", "success_false", "stale_read", "login_page_200"),
)
SYSTEMS = ("zuora", "customersdot", "gitlab", "mailgun", "zendesk", "any")


class BadFault(ValueError):
    """A fault was ordered that the sandbox does not know how to do."""


@dataclass
class Held:
    """One request that is being kept waiting, and the switch that lets it go on."""

    method: str
    path: str
    stage: str
    client_alive: bool = True
    since: float = field(default_factory=time.time)
    released: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False

    def report(self) -> dict[str, Any]:
        """What a test sees of it."""
        return {
            "method": self.method,
            "path": self.path,
            "stage": self.stage,
            "since": self.since,
            "client_alive": self.client_alive,
        }


@dataclass
class Fault:
    """What goes wrong, for which requests and how often.

    `path` is a regular expression searched for in the path behind the mount; `method` is the one
    on the wire (Rails forms send POST). The first `after` matching requests go well, then `times`
    of them are hit (null: all). With a `share` below 1 chance, drawn from `number`, decides about
    each of these; the same requests in the same order meet the same fate. The rest are the details
    of the kinds.
    """

    kind: str
    system: str = "any"
    method: str | None = None
    path: str = ""
    times: int | None = 1
    after: int = 0
    share: float = 1.0
    number: int = 1
    seconds: float | None = None
    code: int = 500
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    id: int = 0
    seen: int = 0
    hits: int = 0
    held: list[Held] = field(default_factory=list)
    _chance: Random | None = None

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Fault:
        """The fault somebody ordered; unknown words are refused rather than ignored."""
        known = {one.name for one in fields(cls)} - {"id", "seen", "hits", "held", "_chance"}
        if unknown := set(wanted) - known:
            raise BadFault(f"unknown options: {', '.join(sorted(unknown))}")
        if wanted.get("kind") not in KINDS:
            raise BadFault(f"kind is one of {', '.join(KINDS)}")
        fault = cls(**wanted)
        if fault.system not in SYSTEMS:
            raise BadFault(f"system is one of {', '.join(SYSTEMS)}")
        if not 0 < fault.share <= 1:
            raise BadFault("share is above 0 and at most 1")
        fault._chance = Random(fault.number) if fault.share < 1 else None  # noqa: S311 - repeatable
        re.compile(fault.path)
        return fault

    def wants(self, system: str, method: str, path: str) -> bool:
        """Whether a request is one of those this fault is about."""
        if self.system not in ("any", system):
            return False
        if self.method and self.method.upper() != method:
            return False
        return re.search(self.path, path) is not None

    def strikes(self) -> bool:
        """Count one matching request; true when it is to be hit."""
        self.seen += 1
        if self.seen <= self.after:
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        if self._chance and self._chance.random() >= self.share:
            return False
        self.hits += 1
        return True

    def report(self) -> dict[str, Any]:
        """The fault as ordered, with what it has done and holds."""
        names = [one.name for one in fields(self) if one.name not in ("held", "_chance")]
        plain = {name: getattr(self, name) for name in names}
        return plain | {"held": [held.report() for held in self.held]}


# What a busy day has in store: server errors, both 429s, and connections that fail in all ways.
MIXTURE: tuple[dict[str, Any], ...] = (
    *({"kind": "status", "code": code} for code in (500, 502, 503)),
    *({"kind": kind} for kind in ("rate_concurrency", "rate_limit", "truncated", "refuse")),
    *({"kind": kind} for kind in ("reset", "timeout_before")),
)


def mixture(share: float, number: int, wanted: Mapping[str, Any]) -> list[Fault]:
    """Faults of all these sorts that together strike about `share` of the requests, for ever.

    `wanted` is what they have in common: `system`, `method`, `path`, and `seconds`, which is what
    the 429s ask for and how long a silent request takes until the connection ends.
    """
    common = {"times": None, "seconds": 1.0, "share": share / len(MIXTURE)} | dict(wanted)
    return [
        Fault.of(common | one | {"number": number + place}) for place, one in enumerate(MIXTURE)
    ]


class FaultBook:
    """All faults in force. They are for the running process only and end with it."""

    def __init__(self) -> None:
        """Begin without any."""
        self._faults: dict[int, Fault] = {}
        self._lock = threading.Lock()
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        with self._lock:
            self._last += 1
            fault.id = self._last
            self._faults[fault.id] = fault
        return fault

    def strike(self, system: str, method: str, path: str) -> Fault | None:
        """The fault that hits this request, if any: the oldest one that is due."""
        if not self._faults:
            return None
        with self._lock:
            wanted = [one for one in self._faults.values() if one.wants(system, method, path)]
            return next((one for one in wanted if one.strikes()), None)

    def all(self) -> list[Fault]:
        """Every fault in force, oldest first."""
        with self._lock:
            return list(self._faults.values())

    def get(self, fault_id: int) -> Fault | None:
        """One fault by its number."""
        return self._faults.get(fault_id)

    def hold(self, fault: Fault, held: Held) -> None:
        """Show a request as held."""
        with self._lock:
            fault.held.append(held)

    def let_go(self, fault: Fault, held: Held) -> None:
        """The request is no longer held."""
        with self._lock:
            fault.held.remove(held)

    def release(self, fault: Fault) -> int:
        """Let what the fault holds go on; returns how many requests that were."""
        with self._lock:
            waiting = list(fault.held)
        for held in waiting:
            held.released.set()
        return len(waiting)

    def remove(self, fault_id: int) -> bool:
        """Take one fault back; what it holds is dropped: uncommitted it stays, unanswered."""
        with self._lock:
            fault = self._faults.pop(fault_id, None)
        if fault is None:
            return False
        for held in list(fault.held):
            held.abandoned = True
            held.released.set()
        return True

    def clear(self) -> None:
        """Take all faults back."""
        for fault in self.all():
            self.remove(fault.id)
