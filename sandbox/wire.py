"""A WSGI reply in hand, and rough treatment of the connection it goes out on."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.test import run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Gone(ConnectionError):
    """The connection is over; the server must not try to answer on it."""


@dataclass(frozen=True)
class Reply:
    """A complete answer that can be sent, spoilt or thrown away."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @classmethod
    def of(cls, code: int, body: str, headers: dict[str, str]) -> Reply:
        """An answer of our own making; JSON unless the headers say otherwise."""
        data = body.encode()
        named = {name.lower() for name in headers}
        all_headers = list(headers.items())
        if "content-type" not in named:
            kind = "application/json" if _is_json(body) else "text/html"
            all_headers.append(("Content-Type", f"{kind}; charset=utf-8"))
        all_headers.append(("Content-Length", str(len(data))))
        return cls(f"{code} {HTTP_STATUS_CODES.get(code, 'Status')}", all_headers, data)

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer properly."""
        start_response(self.status, self.headers)
        return [self.body]

    def send_half(self, start_response: StartResponse, sock: socket.socket) -> Iterator[bytes]:
        """Promise the whole body, send half of it and hang up."""
        start_response(self.status, self.headers)
        yield self.body[: len(self.body) // 2]
        hang_up(sock)
        raise Gone

    def send_drops(self, start_response: StartResponse, pause: float) -> Iterator[bytes]:
        """Send the body byte by byte."""
        start_response(self.status, self.headers)
        for position in range(len(self.body)):
            yield self.body[position : position + 1]
            time.sleep(pause)


def _is_json(body: str) -> bool:
    with contextlib.suppress(ValueError):
        json.loads(body)
        return True
    return False


def answer_of(app: WSGIApplication, environ: WSGIEnvironment) -> Reply:
    """Let the application do its work, commits included, and keep its answer."""
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Reply(status, list(headers), b"".join(parts))


def read_body(environ: WSGIEnvironment) -> None:
    """Take the request in completely, so that it can be worked on after its sender is gone."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))


def socket_of(environ: WSGIEnvironment) -> socket.socket:
    """The connection the request came in on."""
    found: socket.socket = environ["werkzeug.socket"]
    return found


def alive(sock: socket.socket) -> bool:
    """Whether the other side is still there, without taking anything it has sent."""
    try:
        return sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def hang_up(sock: socket.socket) -> None:
    """Close the connection in both directions."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def reset(sock: socket.socket) -> None:
    """Make the coming close a TCP reset: what is unsent is thrown away."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.shutdown(socket.SHUT_RD)


def resets(sock: socket.socket) -> bool:
    """Whether `reset` was called on it."""
    with contextlib.suppress(OSError):
        option = sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
        return struct.unpack("ii", option) == (1, 0)
    return False
