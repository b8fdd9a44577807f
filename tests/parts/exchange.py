"""One call on its way through the proxy, and everything that may be done with it."""

import http.client
import re
import select
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from time import sleep
from typing import Protocol
from urllib.parse import urlsplit

_OF_THE_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})
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
Past = dict[str, list[Reply]]
"""What each request of a run was answered so far, oldest first."""


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


class Switchboard(Protocol):
    """What a handler asks the proxy."""

    upstream: str

    def see(self, header: str, name: str, target: str, *, wants_json: bool) -> "Seen":
        """Counts a call, and says what becomes of it."""

    def detour(self, header: str, name: str) -> str:
        """Where to connect for this call instead; empty: nowhere else."""

    def late(self, call: Call, change: int) -> None:
        """A call goes on that no client waits for any more (1), or ends (-1)."""


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
        self._past[self.call.target].append(reply)
        return reply

    def past(self) -> list[Reply]:
        """What the same request was answered earlier in this run, oldest first."""
        return self._past[self.call.target]

    def answer(self, reply: Reply) -> None:
        """Hand an answer over."""
        self._handler.send(reply, reply.body)

    def answer_half(self, reply: Reply) -> None:
        """Promise the whole body, send half of it and hang up."""
        self._handler.send(reply, reply.body[: len(reply.body) // 2])
        raise Broken

    def drip(self, reply: Reply, pause: float) -> None:
        """Send the body byte by byte, until the client has enough of it."""
        self._handler.send(reply, b"")
        for position in range(len(reply.body)):
            if self.client_leaves(pause):
                break
            self._handler.wfile.write(reply.body[position : position + 1])
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

    def commit_late(self, seconds: float = 0) -> None:
        """Let the sandbox do its work so long after the client has given up."""
        self._handler.proxy.late(self.call, 1)
        try:
            self.client_leaves(GIVEN_UP_WITHIN)
            sleep(seconds)
            self.ask()
        finally:
            self._handler.proxy.late(self.call, -1)
        raise Broken


def pass_on(exchange: Exchange) -> None:
    """What becomes of every call that no fault strikes."""
    exchange.answer(exchange.ask())


class Handler(BaseHTTPRequestHandler):
    """One connection of a client; it has one of its own to the sandbox."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    proxy: Switchboard
    _upstream: http.client.HTTPConnection | None = None

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        header = self.headers.get("X-Request-Id") or self.headers.get("Zuora-Track-Id") or ""
        if "X-About" in self.headers:
            there = self.proxy.detour(header, call_name(self.headers["X-About"], self.path))
            self.send(Reply.of(200, there), there.encode())
            return
        wants_json = "json" in self.headers.get("Accept", "")
        name = call_name(self.command, self.path)
        seen = self.proxy.see(header, name, self.path, wants_json=wants_json)
        try:
            seen.treat(Exchange(self, seen, body))
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    do_POST = do_GET  # noqa: N815 - http.server's name

    def finish(self) -> None:
        """Ends with both connections closed."""
        if self._upstream is not None:
            self._upstream.close()
        with suppress(OSError, ValueError):
            super().finish()

    def forward(self, target: str, body: bytes) -> Reply:
        """The sandbox's answer to this request."""
        if self._upstream is None:
            self._upstream = http.client.HTTPConnection(urlsplit(self.proxy.upstream).netloc)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _OF_THE_HOP}
        try:
            self._upstream.request(self.command, target, body or None, headers)
            response = self._upstream.getresponse()
            return Reply(response.status, response.getheaders(), response.read())
        except BaseException:
            self._upstream.close()
            raise

    def send(self, reply: Reply, body: bytes) -> None:
        """The head of an answer, and as much of its body as is given."""
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in _OF_THE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def reset_connection(self) -> None:
        """Close so that the client gets a reset; http.server's own closing would be polite."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        for one in (self.rfile, self.wfile, self.connection):
            one.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Nothing: addresses hold people's emails."""
