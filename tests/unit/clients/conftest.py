"""A scripted server, and windows to write in."""

import time
from collections.abc import Callable, Iterator

import pytest

from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import ScriptedServer
from tests.unit.clients.signed_in import SignedIn


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server whose answers the test writes."""
    server = ScriptedServer()
    yield server
    server.close()


@pytest.fixture
def window() -> Callable[..., WriteWindow]:
    """Makes a window that closes in so many seconds."""

    def make(seconds: float = 10) -> WriteWindow:
        return WriteWindow("run-7f", time.monotonic() + seconds)

    return make


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other at once, unless the server asks for a wait."""
    monkeypatch.setattr("clients.http._backoff", lambda _: 0.0)


@pytest.fixture
def signed_in() -> SignedIn:
    return SignedIn()
