"""Connections that watch the clock of the exchange they serve.

requests and urllib3 limit a connect and each single read. Two things they can't do are needed
here: a limit on the whole exchange, so that an answer that arrives drop by drop can't hold a
worker for ever, and to know for sure whether anything was sent.
"""

import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class NotSent(Exception):
    """Nothing was sent. The text says why, in a few words without personal data."""


class TooLate(NotSent):
    """The time was over before the request could be sent."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    `deadline` is on the clock of `time.monotonic()`; `read_limit` is in seconds and holds between
    two pieces of the answer. `sent` becomes true right before the first byte leaves.
    """

    deadline: float
    read_limit: float
    sent: bool = False

    def remaining(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()

    def about_to_send(self) -> None:
        """Called at the last moment at which nothing has left yet. Raises TooLate."""
        if not self.sent and self.remaining() <= 0:
            raise TooLate("the time was over before anything was sent")
        self.sent = True


_current: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def serving(exchange: Exchange) -> Iterator[None]:
    """Let the connections that are used inside know whose clock to watch."""
    token = _current.set(exchange)
    try:
        yield
    finally:
        _current.reset(token)


class DeadlineReader(io.RawIOBase):
    """A socket's bytes; no read lasts longer than the exchange may."""

    def __init__(self, sock: socket.socket, exchange: Exchange) -> None:
        self._sock = sock
        self._stream = sock.makefile("rb", buffering=0)
        self._exchange = exchange

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is. Raises TimeoutError at the deadline or after the read limit."""
        remaining = self._exchange.remaining()
        if remaining <= 0:
            raise TimeoutError
        self._sock.settimeout(min(remaining, self._exchange.read_limit))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._stream.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(DeadlineReader(sock, _current.get()))


class ClockedConnection(HTTPConnection):
    """A connection that asks the clock right before it sends, and reads no longer than it may."""

    response_class = _Response

    def send(self, data: Any) -> None:
        """Send, unless it is too late for it. Raises TooLate."""
        if self.sock is None:
            self.connect()
        _current.get().about_to_send()
        super().send(data)


class _Secure(ClockedConnection, HTTPSConnection):
    """The same, encrypted."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = ClockedConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class ClockedAdapter(HTTPAdapter):
    """A requests adapter whose connections are the ones above. It never repeats anything.

    `patience` is in seconds: if the other host's kernel acknowledges nothing for that long, ours
    gives up. Otherwise it would go on for minutes, and a write could arrive long after its window.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use our connections for both schemes."""
        options = [*HTTPConnection.default_socket_options, *_gives_up_after(self._patience)]
        super().init_poolmanager(*args, socket_options=options, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


def _gives_up_after(seconds: float) -> list[tuple[int, int, int]]:
    """The socket option for it, where the system has one: Linux does."""
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        return []
    return [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, max(1, round(seconds * 1000)))]
