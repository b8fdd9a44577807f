"""The HTTP server: one thread per connection, HTTP/1.1 with keep-alive, no access log.

Werkzeug's own handler closes every connection and waits 10 ms for stray input after each answer;
a client under test must meet a server that keeps connections open, and quickly.
"""

from __future__ import annotations

import contextlib
import io
import socket
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from sandbox import wire

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class RequestBody(io.RawIOBase):
    """The bytes of one request body and none of the next request's."""

    def __init__(self, source: Any, length: int) -> None:
        """Read at most `length` bytes of `source`."""
        self._source = source
        self.left = length

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill as much of the buffer as the body has bytes for.

        A client that dies while sending must not have half of its body acted on.
        """
        wanted = min(len(buffer), self.left)
        data = self._source.read(wanted)
        if len(data) < wanted:
            raise ConnectionAbortedError("the request broke off")
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)


class Handler(WSGIRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # Buffered, so that the head and the body of an answer leave in one packet.
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Hand one request to the application and send what it answers."""
        environ = self.make_environ()
        body = RequestBody(self.rfile, int(self.headers.get("Content-Length") or 0))
        environ["wsgi.input"] = io.BufferedReader(body)
        try:
            self._answer(environ)
            # What the application left unread would be taken for the next request.
            body.read(body.left)
        except OSError:
            self.close_connection = True
        except Exception:  # noqa: BLE001 - one broken request must not end the server
            traceback.print_exc(file=sys.stderr)
            self.close_connection = True

    def _answer(self, environ: WSGIEnvironment) -> None:
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            head[:] = [status, headers]

        chunks = self.server.app(environ, start_response)
        try:
            sent = False
            for chunk in chunks:
                if not sent:
                    self._send_head(*head)
                    sent = True
                self.wfile.write(chunk)
                self.wfile.flush()
            if not sent:
                self._send_head(*head)
            self.wfile.flush()
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    def _send_head(self, status: str, headers: list[tuple[str, str]]) -> None:
        code, _, reason = status.partition(" ")
        names = {name.lower() for name, _ in headers}
        self.send_response_only(int(code), reason)
        self.send_header("Server", self.version_string())
        if "date" not in names:
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names and code not in ("204", "304"):
            # Without a length only the end of the connection ends the body.
            self.send_header("Connection", "close")
        self.end_headers()

    def handle_expect_100(self) -> bool:
        """Ask for the body at once: the buffered answer would never leave."""
        super().handle_expect_100()
        self.wfile.flush()
        return True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: requests carry addresses of people."""


class Server(ThreadedWSGIServer):
    """The listening socket, and the connections that are open on it."""

    def __init__(self, host: str, port: int, app: WSGIApplication) -> None:
        """Listen; port 0 takes a free one."""
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(host, port, app, handler=Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{self.port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection: politely, or with the reset a fault has asked for."""
        with self._open_lock:
            self._open.discard(request)
        if wire.resets(request):
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def close_connections(self) -> None:
        """Hang up on everybody, as a stopped server does."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    wire.hang_up(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is the client's business."""
