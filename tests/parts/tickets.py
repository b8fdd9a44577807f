"""A small ticket system over real HTTP, and the client by which a worker posts notes on it.

It keeps every note that arrives, however often: that none is there twice is what tests look at. Its
next requests can be told to misbehave: `hold-` stands still until it may go on, `drop-` never
answers, before or after the note was kept; `hang` does neither and keeps nothing.
"""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from domain.errors import OutcomeUnknown, Refused, Transient
from domain.windows import WriteWindow


@dataclass
class Desk:
    """The server's side. `notes` are (ticket, body), in the order in which they arrived."""

    url: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    writes: int = 0

    def of(self, run_id: str) -> list[str]:
        """What was posted about a run."""
        return [body for _, body in self.notes if f"handover:{run_id}:" in body]

    def markers(self, run_id: str) -> list[str]:
        """The event numbers of the notes about a run, in order."""
        return [re.findall(rf"handover:{run_id}:(\d+)", body)[-1] for body in self.of(run_id)]

    def keep(self, ticket: str, body: str) -> int:
        """Takes a note as the next fault wants it; the status of the answer, 0 for none."""
        self.writes += 1
        fault = self.faults.pop(0) if self.faults else ""
        if ticket in self.closed:
            return 422
        if fault == "503":
            return 503
        if fault in ("hold-before", "hang"):
            self._hold()
        if fault not in ("drop-before", "hang"):
            self.notes.append((ticket, body))
        if fault == "hold-after":
            self._hold()
        return 0 if fault in ("drop-before", "drop-after", "hang") else 200

    def _hold(self) -> None:
        self.reached.set()
        self.go_on.wait(60)


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ticket = self.path.split("/")[-1]
            self._say(200, [body for number, body in desk.notes if number == ticket])

        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = desk.keep(self.path.split("/")[-1], body)
            if status:
                self._say(status, {})
            else:
                self.close_connection = True

        def _say(self, status: int, value: Any) -> None:
            data = json.dumps(value).encode()
            with suppress(OSError):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def ticket_desk() -> Iterator[Desk]:
    """A running one."""
    desk = Desk()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        desk.go_on.set()
        server.shutdown()
        server.server_close()


class DeskClient:
    """Posts notes there, by the promises of `worker.ticket_notes.TicketSystem`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def add_internal_note(self, ticket: str, body: str, marker: str, *, window: WriteWindow) -> str:
        """Looks for the marker first; sends within the window and not after it."""
        address = f"{self._url}/tickets/{ticket}"
        try:
            there = requests.get(address, timeout=5).json()
        except requests.RequestException:
            raise Transient("the desk can't be reached") from None
        if any(marker in one.split() for one in there):
            return marker
        left = window.closes_at - time.monotonic()
        if left <= 0:
            raise Transient("too late")
        try:
            status = requests.put(address, json=body, timeout=left).status_code
        except requests.RequestException:
            raise OutcomeUnknown("no verdict") from None
        if status == 422:
            raise Refused("closed", code="ticket-closed")
        if status != 200:
            raise Transient("try later", delay=60)
        return marker
