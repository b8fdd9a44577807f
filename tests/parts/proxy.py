"""A reverse proxy between workers and sandbox that knows every call of a run by name and number.

It tells runs apart by the header that names them, so many runs, each with a fault of its own, can
share one installation.
"""

import http.client
import socket
import struct
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.parts.exchange import Call, Exchange, Fault, Past, Reply, Seen, call_name, pass_on

_OF_THE_HOP = frozenset({"connection", "content-length", "transfer-encoding", "keep-alive"})
INTRODUCED_WITHIN = 60.0
"""Seconds that the first call of a run waits for the test to say what becomes of the run."""
RUN_ID_LENGTH = len("ho-0123456789")


class Proxy:
    """The calls of all runs, in the order in which they came, and the faults that strike them."""

    def __init__(self, stack: ExitStack) -> None:
        self.upstream = ""
        """Where the sandbox is; to be set before the first call."""
        self._faults: dict[str, tuple[Fault, ...]] = {}
        self._calls: dict[str, list[Call]] = defaultdict(list)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._past: dict[str, Past] = defaultdict(lambda: defaultdict(list))
        self._changed = threading.Condition()
        self._late: Counter[str] = Counter()
        self._traps = {
            "refused": stack.enter_context(_closed_door()),
            "timeout": stack.enter_context(_full_room()),
        }
        self._server = _Server(("127.0.0.1", 0), type("Bound", (Handler,), {"proxy": self}))
        stack.callback(self._server.server_close)
        stack.callback(self._server.shutdown)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def env(self) -> dict[str, str]:
        """The settings of workers that go through this proxy, with `tests.parts.detours`."""
        url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return {
            "ZUORA_URL": f"{url}/zuora",
            "CUSTOMERSDOT_URL": f"{url}/customersdot",
        }

    def introduce(self, run: str, *faults: Fault) -> None:
        """Lets the calls of a run through, with these faults among them."""
        with self._changed:
            self._faults[run] = faults
            self._changed.notify_all()

    def calls(self, run: str) -> list[Call]:
        """Every call that a run has made, in order."""
        with self._changed:
            return list(self._calls[run])

    def settle(self, run: str, seconds: float = 30) -> bool:
        """Waits until nothing of a run is under way that its client gave up on; false if it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._late[run], seconds)

    def see(self, header: str, name: str, target: str, *, wants_json: bool) -> Seen:
        """Counts a call, and says what becomes of it."""
        with self._changed:
            run = self._run_of(header)
            self._counts[run, name] += 1
            call = Call(run, name, self._counts[run, name], target, wants_json)
            self._calls[run].append(call)
            for fault in self._faults.get(run, ()):
                if not fault.detour and fault.strikes(name, call.number):
                    return Seen(call, fault.treat, self._past[run])
            return Seen(call, pass_on, self._past[run])

    def detour(self, header: str, name: str) -> str:
        """Where to connect for this call instead; empty: nowhere else."""
        with self._changed:
            run = self._run_of(header)
            number = self._counts[run, name] + 1
            for fault in self._faults.get(run, ()):
                if fault.detour and fault.strikes(name, number):
                    return f"http://127.0.0.1:{self._traps[fault.detour]}"
            return ""

    def forget(self, run: str) -> None:
        """Drops what is known about a run that is over."""
        with self._changed:
            self._past.pop(run, None)

    def late(self, call: Call, change: int) -> None:
        """A call goes on that no client waits for any more (1), or ends (-1)."""
        with self._changed:
            self._late[call.run] += change
            self._changed.notify_all()

    def _run_of(self, header: str) -> str:
        """The run that a header names: a write's header begins with the id of its run."""
        run = header[:RUN_ID_LENGTH]
        if run.startswith("ho-"):
            self._changed.wait_for(lambda: run in self._faults, INTRODUCED_WITHIN)
        return run


class Handler(BaseHTTPRequestHandler):
    """One connection of a client; it has one of its own to the sandbox."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    proxy: Proxy
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Connections that break are what faults are about."""


@contextmanager
def proxy() -> Iterator[Proxy]:
    """A proxy that answers until the block ends. Set its `upstream` before the first call."""
    with ExitStack() as stack:
        yield Proxy(stack)


@contextmanager
def _closed_door() -> Iterator[int]:
    """A port on which nobody listens, and nobody else can: connections to it are refused."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextmanager
def _full_room() -> Iterator[int]:
    """A port whose queue is full: connections to it get no answer."""
    with ExitStack() as stack:
        room = stack.enter_context(socket.socket())
        room.bind(("127.0.0.1", 0))
        room.listen(0)
        for _ in range(3):
            guest = stack.enter_context(socket.socket())
            guest.setblocking(False)
            with suppress(BlockingIOError):
                guest.connect(room.getsockname())
        yield room.getsockname()[1]
