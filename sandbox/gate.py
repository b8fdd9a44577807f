"""The gate before each system: it lets a request through, or does to it what a fault says."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.treatments import BEFORE_READING, TREATMENTS, Encounter
from sandbox.wire import read_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from sandbox.context import Sandbox

READS = ("GET", "HEAD")


class Gate:
    """WSGI middleware around one mounted system."""

    def __init__(self, sandbox: Sandbox, system: str, app: WSGIApplication) -> None:
        """Guard `app`, which plays `system`."""
        self._sandbox = sandbox
        self._system = system
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, well or badly."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        book = self._sandbox.faults
        fault = book.strike(self._system, method, path)
        if fault is None:
            self._usual_latency(method)
            return self._app(environ, start_response)
        met = Encounter(fault, book, self._app, environ, start_response)
        if fault.kind in BEFORE_READING:
            return BEFORE_READING[fault.kind](met)
        read_body(environ)
        return TREATMENTS[fault.kind](met)

    def _usual_latency(self, method: str) -> None:
        settings = self._sandbox.settings
        pause = settings.read_latency if method in READS else settings.write_latency
        if pause:
            time.sleep(pause)
