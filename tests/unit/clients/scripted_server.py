"""A server that plays a script: the n-th request gets the n-th reply, byte for byte."""

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Play = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


def reply(
    status: int,
    body: str | bytes = b"",
    headers: Mapping[str, str] | None = None,
    keep: bool = False,
) -> Play:
    """A proper answer; the connection ends after it unless it is kept."""
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html", **(headers or {}), "Content-Length": str(len(data))}
    named["Connection"] = "keep-alive" if keep else "close"
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    whole = f"HTTP/1.1 {status} Some\r\n{head}\r\n".encode() + data
    return (lambda sock: sock.sendall(whole)) if keep else raw(whole)


def json_reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Play:
    """A JSON answer."""
    return reply(status, json.dumps(body), {"Content-Type": "application/json", **(headers or {})})


def raw(data: bytes) -> Play:
    """These bytes and nothing else; then the connection ends."""

    def play(sock: socket.socket) -> None:
        sock.sendall(data)
        raise ConnectionAbortedError

    return play


def drops(data: bytes, pause: float = 0.02) -> Play:
    """These bytes, one at a time, for as long as somebody listens."""

    def play(sock: socket.socket) -> None:
        for position in range(len(data)):
            sock.sendall(data[position : position + 1])
            if threading.Event().wait(pause):
                return

    return play


def silence(seconds: float = 5) -> Play:
    """No answer at all until the other side hangs up."""

    def play(sock: socket.socket) -> None:
        sock.settimeout(seconds)
        sock.recv(1)

    return play


def reset(sock: socket.socket) -> None:
    """A TCP reset instead of an answer."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionAbortedError


class ScriptedServer:
    """Listens on a free port. A request beyond the script is answered with 599."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.script: list[Play] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def plays(self, *replies: Play) -> None:
        """Add to the script."""
        self.script += replies

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, sock.makefile("rb") as stream, contextlib.suppress(OSError):
            while (request := _read(stream)) is not None:
                self.seen.append(request)
                play = self.script.pop(0) if self.script else reply(599)
                play(sock)


def _read(stream: Any) -> Seen | None:
    first = stream.readline().decode().split()
    if not first:
        return None
    headers = {}
    while line := stream.readline().strip().decode():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return Seen(first[0], first[1], headers, body)
