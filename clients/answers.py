"""A call, the answer to it, and how long the answer asks to wait."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from domain.errors import Transient

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `name` is its path without ids and query: the only part that is ever shown."""

    method: str
    name: str
    path: str = field(repr=False)
    params: Pairs = field(default=(), repr=False)
    form: Pairs | None = field(default=None, repr=False)
    json: object = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `title` names system and call for messages; the body has no printed form."""

    title: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """A header's value, empty if it is not there."""
        return self.headers.get(name, "")

    @property
    def text(self) -> str:
        """The body as text. Letters that are not UTF-8 are replaced, never fatal."""
        return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON. Raises Transient: a gateway's page or a cut answer may pass."""
        value = self.json_or_none()
        if value is None:
            raise Transient(f"{self.title}: the answer is not JSON", code="unreadable")
        return value

    def json_or_none(self) -> Any:
        """The body as JSON, None if it is anything else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def delay(self) -> float | None:
        """Seconds that the answer asks to wait: `Retry-After`, else `RateLimit-Reset` of a 429.

        The latter stands on other answers too, where it says nothing about the next try. Some write
        the seconds to wait there, and some the moment as seconds of the epoch.
        """
        date = self.header("Date")
        asked = _seconds(self.header("Retry-After"), date)
        if asked is None and self.status == 429:
            asked = _seconds(self.header("RateLimit-Reset"), "")
            if asked is not None and asked > _LONG_AGO:
                return max(0.0, asked - (_timestamp(date) or time.time()))
        return asked


_LONG_AGO = 1e9
"""Seconds of the epoch in 2001: nobody asks anybody to wait for so many."""


def _seconds(value: str, date: str) -> float | None:
    """A number of seconds, or the time from the answer's own date to an HTTP date."""
    value = value.strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    until = _timestamp(value)
    if until is None:
        return None
    answered = _timestamp(date)
    return max(0.0, until - (time.time() if answered is None else answered))


def _timestamp(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None
