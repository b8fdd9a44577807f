"""Puts the parts together: one port with all five systems and the control of them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox import control, customersdot, gitlab, mailgun, zendesk, zuora
from sandbox.context import Sandbox
from sandbox.gate import Gate
from sandbox.seed import Seed
from sandbox.server import Server
from sandbox.zuora.idempotency import KeysInProgress
from sandbox.zuora.limits import LimitGate


class Running:
    """A sandbox that answers on a port, in threads of this process."""

    def __init__(self, sandbox: Sandbox, host: str, port: int) -> None:
        """Listen at once; serving begins with `start`."""
        self.sandbox = sandbox
        mounts: dict[str, Any] = {
            "/zuora": LimitGate(
                sandbox,
                KeysInProgress(Gate(sandbox, "zuora", zuora.create_app(sandbox).wsgi_app)),
            ),
            "/customersdot": Gate(
                sandbox, "customersdot", customersdot.create_app(sandbox).wsgi_app
            ),
            "/gitlab": Gate(sandbox, "gitlab", gitlab.create_app(sandbox).wsgi_app),
            "/mailgun": Gate(sandbox, "mailgun", mailgun.create_app(sandbox).wsgi_app),
            "/zendesk": Gate(sandbox, "zendesk", zendesk.create_app(sandbox).wsgi_app),
            "/_sandbox": control.create_app(sandbox).wsgi_app,
        }
        self._server = Server(host, port, DispatcherMiddleware(NotFound(), mounts))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox-http", daemon=True
        )
        self.url = self._server.url

    def start(self) -> Running:
        """Serve and let side effects happen."""
        self.sandbox.runner.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop promptly; connections are cut, data stays."""
        self.sandbox.faults.clear()
        self._server.shutdown()
        self._server.close_connections()
        self._server.server_close()
        self._thread.join(5)
        self.sandbox.close()


def start(
    state: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: str | Seed | None = "demo",
    options: Mapping[str, Any] | None = None,
) -> Running:
    """Start a sandbox in this process; `options` are settings by name."""
    wanted = Seed(seed) if isinstance(seed, str) else seed
    return Running(Sandbox(state, options or {}, wanted), host, port).start()
