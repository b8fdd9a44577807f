"""A small server for the figures: three pages, one scrape at a time, nobody may keep it busy."""

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import TCPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.registry import Collector

from domain.errors import Unavailable

log = logging.getLogger(__name__)

Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]
"""Status, headers and body."""

CONNECTIONS = 16
"""At the same time; what comes beyond is hung up on."""
IDLE_SECONDS = 10
"""For a client to send its request, or to take the answer."""
TURN_SECONDS = 5.0
"""How long a scrape waits for the one before it."""

_PLAIN = [("Content-Type", "text/plain; charset=utf-8")]
_INDEX = b"Handover's figures for Prometheus: /metrics. Whether this process serves: /healthz.\n"


def pages(collector: Collector) -> Callable[[Environ, Any], list[bytes]]:
    """The pages, to be read only: `/metrics`, `/healthz` (of this process alone) and `/`."""
    registry = CollectorRegistry()
    registry.register(collector)
    scrape = _in_turn(make_wsgi_app(registry))

    def app(environ: Environ, respond: Any) -> list[bytes]:
        status, headers, body = _answer(environ, scrape)
        respond(status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return app


def _answer(environ: Environ, scrape: Callable[[Environ], Answer]) -> Answer:
    page = environ["PATH_INFO"]
    if page not in ("/metrics", "/healthz", "/"):
        return "404 Not Found", _PLAIN, b"There are /metrics and /healthz.\n"
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return "405 Method Not Allowed", [*_PLAIN, ("Allow", "GET, HEAD")], b"Only to be read.\n"
    if page == "/metrics":
        return scrape({**environ, "REQUEST_METHOD": "GET"})
    return "200 OK", _PLAIN, b"ok\n" if page == "/healthz" else _INDEX


def _in_turn(scrape: Any) -> Callable[[Environ], Answer]:
    turn = threading.Lock()

    def answer(environ: Environ) -> Answer:
        if not turn.acquire(timeout=TURN_SECONDS):
            return "503 Service Unavailable", _PLAIN, b"The scrape before takes too long.\n"
        head: list[Any] = []
        try:
            body = b"".join(scrape(environ, lambda *given: head.extend(given)))
        finally:
            turn.release()
        return head[0], head[1], body

    return answer


class Serving:
    """Serves the pages from entering to leaving; leaving lets the answers at hand be finished.

    Entering raises Unavailable when nothing can listen at the address, HOST:PORT.
    """

    def __init__(self, address: str, collector: Collector) -> None:
        parts = urlsplit(f"//{address}")
        self._host, self._port = parts.hostname or "", parts.port or 0
        self.address = address
        """Host and port."""
        self._app = pages(collector)

    def __enter__(self) -> "Serving":
        try:
            family, *_ = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0]
            kind = type("Server", (_Server,), {"address_family": family})
            self._server: WSGIServer = make_server(
                self._host, self._port, self._app, kind, _Handler
            )
        except OSError as error:
            raise Unavailable(
                f"Nothing can listen at {self.address}: {error.strerror}. Name another place with"
                " --address or HANDOVER_METRICS_ADDRESS."
            ) from None
        threading.Thread(target=self._server.serve_forever, name="metrics").start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where a scrape finds the figures."""
        return f"http://{self.address}/metrics"


@contextmanager
def ending() -> Iterator[Callable[[], object]]:
    """Inside, Ctrl-C and SIGTERM are held back for the function that waits for one of them.

    Enter it in the main thread, before others are started.
    """
    heeded = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heeded)
    try:
        yield lambda: signal.sigwait(heeded)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Server(ThreadingWSGIServer):
    daemon_threads = False
    request_queue_size = CONNECTIONS

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        super().__init__(*arguments, **named)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # without asking a name server who we are
        self.server_name, self.server_port = "handover", self.socket.getsockname()[1]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        log.info("a client of the figures went away or sent nonsense", exc_info=True)


class _Handler(WSGIRequestHandler):
    timeout = IDLE_SECONDS
    server_version, sys_version = "handover", ""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 (Python's form)
        """A scrape is no news."""
