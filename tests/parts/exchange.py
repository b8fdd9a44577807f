"""One call on its way through the proxy, and everything that may be done with it."""

import re
import select
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.parts.proxy import Handler

GIVEN_UP_WITHIN = 60.0
"""Seconds after which every client has given up."""
_ID = re.compile(r"/(?=[^/]*\d)(?!v\d+(?:/|$))[^/.]+")


def call_name(method: str, target: str) -> str:
    """A call's method and path without ids and query: `GET./zuora/v1/accounts/ID`."""
    return f"{method}.{_ID.sub('/ID', urlsplit(target).path)}"


@dataclass(frozen=True, slots=True)
class Call:
    """One request of a run. `number` counts the run's calls of that name, from 1."""

    run: str
    name: str
    number: int
    target: str
    wants_json: bool

    @property
    def title(self) -> str:
        """How a case names it."""
        return f"{self.name}#{self.number}"


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, status: int, body: str = "", headers: dict[str, str] | None = None) -> "Reply":
        """An answer of a test's own."""
        return cls(status, list((headers or {}).items()), body.encode())


class Broken(OSError):
    """The connection ends here, without another word."""


Treatment = Callable[["Exchange"], None]
Past = dict[tuple[str, str], list[Reply]]
"""What the sandbox answered to each name and target in a run so far, oldest first."""


@dataclass
class Fault:
    """What goes wrong in one run: at its call of that name and number, or from there on.

    `detour` names a fault of the connection itself: "refused" or "timeout".
    """

    name: str
    number: int
    treat: Treatment
    lasting: bool = False
    detour: str = ""
    hits: int = 0
    lifted: bool = False

    def strikes(self, name: str, number: int) -> bool:
        """Whether this call is the one; if so, that is counted."""
        due = number >= self.number if self.lasting else number == self.number and not self.hits
        if self.lifted or name != self.name or not due:
            return False
        self.hits += 1
        return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A call, what is to be done with it, and what its run has heard so far."""

    call: Call
    treat: Treatment
    past: Past


class Exchange:
    """A request that came in, and the ways to go on with it."""

    def __init__(self, handler: "Handler", seen: Seen, body: bytes) -> None:
        self.call = seen.call
        self._past = seen.past
        self._handler = handler
        self._body = body

    def ask(self, target: str = "") -> Reply:
        """What the sandbox answers, to this or another path; a write is committed by then."""
        reply = self._handler.forward(target or self.call.target, self._body)
        self._past[self.call.name, self.call.target].append(reply)
        return reply

    def past(self) -> list[Reply]:
        """What the same request was answered earlier in this run, oldest first."""
        return self._past[self.call.name, self.call.target]

    def heard(self, name: str) -> bool:
        """Whether the sandbox has answered any call of that name in this run."""
        return any(known == name and replies for (known, _), replies in self._past.items())

    def answer(self, reply: Reply) -> None:
        """Hand an answer over."""
        self._handler.send(reply, reply.body)

    def answer_half(self, reply: Reply) -> None:
        """Promise the whole body, send half of it and hang up."""
        whole = _with_body(reply)
        self._handler.send(whole, whole.body[: len(whole.body) // 2])
        raise Broken

    def drip(self, reply: Reply, pause: float) -> None:
        """Send the body byte by byte, until the client has enough of it."""
        whole = _with_body(reply)
        self._handler.send(whole, b"")
        for position in range(len(whole.body)):
            if self.client_leaves(pause):
                break
            self._handler.wfile.write(whole.body[position : position + 1])
            self._handler.wfile.flush()
        raise Broken

    def hang_up(self) -> None:
        """End the connection politely, without an answer."""
        raise Broken

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self._handler.reset_connection()
        raise Broken

    def client_leaves(self, seconds: float) -> bool:
        """Whether the client hangs up within that time."""
        connection = self._handler.connection
        if not select.select([connection], [], [], seconds)[0]:
            return False
        with suppress(OSError):
            return not connection.recv(1, socket.MSG_PEEK)
        return True

    def commit_late(self, seconds: float) -> None:
        """Let the sandbox do its work so long after the client has given up."""
        self._handler.proxy.late(self.call, 1)
        try:
            self.client_leaves(GIVEN_UP_WITHIN)
            sleep(seconds)
            self.ask()
        finally:
            self._handler.proxy.late(self.call, -1)
        raise Broken


def _with_body(reply: Reply) -> Reply:
    """A redirect has no body of its own that could break off or come slowly."""
    return Reply(reply.status, reply.headers, reply.body or b"You are being redirected." * 4)


def pass_on(exchange: Exchange) -> None:
    """What becomes of every call that no fault strikes."""
    exchange.answer(exchange.ask())
