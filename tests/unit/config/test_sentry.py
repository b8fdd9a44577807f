"""What reaches an error tracker, over real HTTP, and what never does."""

import gzip
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sentry_sdk

from config.sentry import set_up_sentry

CANARY = "ada.lovelace@canary.example"


class _Ingest(BaseHTTPRequestHandler):
    bodies: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        zipped = self.headers.get("Content-Encoding") == "gzip"
        self.bodies.append(gzip.decompress(body) if zipped else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing is printed."""


@pytest.fixture
def received() -> Iterator[list[bytes]]:
    """What an ingest endpoint of our own received."""
    bodies: list[bytes] = []
    handler = type("Handler", (_Ingest,), {"bodies": bodies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    set_up_sentry(f"http://key@127.0.0.1:{server.server_port}/1")
    yield bodies
    sentry_sdk.init()
    server.shutdown()
    server.server_close()


def fail_about(email: str) -> None:
    """Raises with an address in the text and in a local variable."""
    whom = f"for {email}"
    raise ValueError(whom)


def test_an_error_is_reported_without_whom_it_was_about(received: list[bytes]) -> None:
    """Type and place arrive; the text, the local variables and the log's message do not."""
    logging.getLogger("somebody.else").info("before %s", CANARY)
    try:
        fail_about(CANARY)
    except ValueError:
        logging.getLogger("worker.failures").exception("about %s", CANARY, extra={"who": CANARY})
    sentry_sdk.flush(5)
    report = b"".join(received)
    assert b"ValueError" in report
    assert b"fail_about" in report
    assert b"canary" not in report


def test_without_an_address_nothing_is_set_up() -> None:
    """An empty setting means that nothing leaves the house."""
    sentry_sdk.init()
    set_up_sentry("")
    assert sentry_sdk.get_client().dsn is None
