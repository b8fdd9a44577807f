"""An ingest endpoint like Sentry's over real HTTP: it takes envelopes and keeps them."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Ingest:
    """What arrived. While it is `silent`, it takes a request and does not answer it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.heads: list[bytes] = []
        self.asked = threading.Event()
        self.may_answer = threading.Event()
        self.may_answer.set()
        handler = type("Handler", (_Handler,), {"ingest": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        """The address for SENTRY_DSN."""
        return f"http://key@127.0.0.1:{self._server.server_port}/1"

    def silence(self) -> None:
        """Answer nobody from now on."""
        self.may_answer.clear()

    def everything(self) -> bytes:
        """All bytes that arrived, headers and unpacked bodies."""
        return b"\n".join([*self.heads, *self.bodies])

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of all items of a type: `event` or `check_in`."""
        return [
            json.loads(payload)
            for body in list(self.bodies)
            for head, payload in _items(body)
            if head["type"] == kind
        ]

    def close(self) -> None:
        """Let everybody go and stop."""
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    ingest: Ingest

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.ingest.heads.append(f"{self.path}\n{self.headers}".encode())
        self.ingest.bodies.append(gzip.decompress(body) if zipped else body)
        self.ingest.asked.set()
        self.ingest.may_answer.wait()
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing is printed."""


def _items(envelope: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
    lines = envelope.split(b"\n")[1:]
    for head, payload in zip(lines[::2], lines[1::2], strict=False):
        if head:
            yield json.loads(head), payload


@contextmanager
def ingest_endpoint() -> Iterator[Ingest]:
    """A running endpoint, stopped at the end of the block."""
    ingest = Ingest()
    try:
        yield ingest
    finally:
        ingest.close()
