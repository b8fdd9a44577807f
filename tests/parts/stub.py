"""A stand-in for the programs that `handover up` supervises: `python stub.py sandbox|worker|beat`.

It gets the same arguments and prints the same lines as the real ones, and appends what happens to
it to the file STUB_EVENTS. Names in STUB_STUBBORN ignore SIGTERM, those in STUB_SILENT never get
ready, those in STUB_BROKEN end at once. A worker has a process beside it, as a pool would.
"""

import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from types import FrameType
from urllib.parse import urlsplit


def main() -> None:
    """Play the part named on the command line until a signal ends it."""
    kind = sys.argv[1]
    name = _option("-n").partition("@")[0] if kind == "worker" else kind
    if name in _names("STUB_BROKEN"):
        sys.exit(f"{name} is broken on purpose")
    ended = threading.Event()

    def take(number: int, _: FrameType | None) -> None:
        _note(f"{name} got {signal.Signals(number).name}, redis {'up' if _redis_up() else 'down'}")
        if name not in _names("STUB_STUBBORN"):
            ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, take)
    _note(f"{name} starts")
    if kind == "worker":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    if name not in _names("STUB_SILENT"):
        _greet(kind, name)
    while not ended.wait(0.02):
        pass


def _greet(kind: str, name: str) -> None:
    if kind == "sandbox":
        port = int(_option("--port"))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _Empty)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    elif kind == "worker":
        print(f"[INFO] {name}@here ready.", flush=True)
    else:
        print("beat: Starting...", flush=True)


class _Empty(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


def _names(variable: str) -> list[str]:
    return os.environ.get(variable, "").split(",")


def _note(line: str) -> None:
    if path := os.environ.get("STUB_EVENTS"):
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)


def _redis_up() -> bool:
    parts = urlsplit(os.environ.get("REDIS_URL", ""))
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), 2).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
