"""Writes: sent once, in their window, and what each failure says about their fate."""

import socket
from collections.abc import Callable

import pytest

from clients.answers import Call
from clients.http import Http
from clients.transport import Limits
from clients.wire import ClockedConnection, DeadlineReader, Exchange, TooLate
from domain.errors import OutcomeUnknown, Transient
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import (
    Play,
    ScriptedServer,
    drops,
    raw,
    reply,
    reset,
    silence,
)

CANARY = "canary.person@secret.example"
CALL = Call("POST", "/thing/{id}/edit", "/thing/7/edit", form=[("email", CANARY)])

MakeWindow = Callable[..., WriteWindow]


@pytest.fixture
def http(server: ScriptedServer) -> Http:
    return Http("Thing", server.url, name_header="X-Request-Id", limits=Limits(read=1))


def test_a_write_carries_the_name_of_its_window(
    http: Http, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """The answer comes back as it is, and the request named the run."""
    server.plays(reply(302, headers={"Location": "/x"}))
    answer = http.write(CALL, window())
    assert (answer.status, answer.header("location")) == (302, "/x")
    assert server.seen[0].headers["x-request-id"] == "run-7f"
    assert server.seen[0].form == {"email": CANARY}


def test_nothing_is_sent_after_the_window(
    http: Http, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A window that has closed keeps the write from being sent."""
    with pytest.raises(Transient, match="window closed") as caught:
        http.write(CALL, window(seconds=-1))
    assert caught.value.code == "window-closed"
    assert server.seen == []


def test_a_closed_window_comes_first(window: MakeWindow) -> None:
    """After the window nobody is even connected to: a dead server would be another error."""
    http = Http("Thing", "http://127.0.0.1:9", name_header="X")
    with pytest.raises(Transient) as caught:
        http.write(CALL, window(seconds=-1))
    assert caught.value.code == "window-closed"


def test_the_window_is_checked_when_the_connection_stands() -> None:
    """A connect or a name look-up that took too long sends nothing either."""
    exchange = Exchange(deadline=0, read_limit=1)
    with pytest.raises(TooLate):
        exchange.about_to_send()
    assert not exchange.sent


def test_what_was_begun_is_finished() -> None:
    """A request that has begun to leave is not cut in half by the clock."""
    exchange = Exchange(deadline=0, read_limit=1, sent=True)
    exchange.about_to_send()
    assert exchange.sent


def test_nothing_is_read_after_the_deadline() -> None:
    """Even bytes that are there already are left alone: the time of the call is over."""
    ours, theirs = socket.socketpair()
    with ours, theirs, DeadlineReader(ours, Exchange(deadline=0, read_limit=1)) as reader:
        theirs.sendall(b"late")
        with pytest.raises(TimeoutError):
            reader.read(4)


def test_a_slow_connect_closes_the_window(
    http: Http,
    server: ScriptedServer,
    window: Callable[..., WriteWindow],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check comes after the connect: the write that waited for it too long does not leave."""
    opens = window(seconds=0.2)
    clock = iter([0.0, 0.0, 0.0, opens.closes_at + 1])
    monkeypatch.setattr("clients.wire.time.monotonic", lambda: next(clock, opens.closes_at + 1))
    with pytest.raises(Transient) as caught:
        http.write(CALL, opens)
    assert caught.value.code == "window-closed"
    assert server.seen == []


def test_a_refused_connection_is_safe(window: Callable[..., WriteWindow]) -> None:
    """Nobody listens, so nothing was written: it may be tried later."""
    http = Http("Thing", "http://127.0.0.1:9", name_header="X")
    with pytest.raises(Transient, match="nothing was sent") as caught:
        http.write(CALL, window())
    assert caught.value.code == "not-sent"


def test_an_unknown_host_is_safe(window: Callable[..., WriteWindow]) -> None:
    """A name that nobody knows: nothing was written."""
    http = Http("Thing", "http://nowhere.invalid", name_header="X")
    with pytest.raises(Transient, match="nothing was sent"):
        http.write(CALL, window())


def test_too_many_requests_is_safe(
    http: Http, server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """A 429 was not carried out; its wait goes back, however short, and nothing is repeated."""
    server.plays(reply(429, headers={"Retry-After": "2"}))
    with pytest.raises(Transient) as caught:
        http.write(CALL, window())
    assert (caught.value.delay, len(server.seen)) == (2, 1)


@pytest.mark.parametrize(
    "broken",
    [
        reset,
        raw(b""),
        silence(),
        raw(b"HTTP/1.1 302 Found\r\nContent-Length: 50\r\n\r\n<html>"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\n[1]x"),
        raw(b"what?\r\n\r\n"),
        reply(500),
        reply(502),
        reply(504, "<html>gateway</html>"),
    ],
    ids=["reset", "hung-up", "silence", "truncated", "bad-gzip", "garbage", "500", "502", "504"],
)
def test_what_may_have_landed_is_unknown(
    http: Http, server: ScriptedServer, window: Callable[..., WriteWindow], broken: Play
) -> None:
    """Once something was sent, only a whole answer below 500 is a verdict; nothing is repeated."""
    server.plays(broken, reply(302))
    with pytest.raises(
        OutcomeUnknown, match=r"Thing: POST /thing/\{id\}/edit: .*read back"
    ) as caught:
        http.write(CALL, window())
    assert len(server.seen) == 1
    assert CANARY not in repr(caught.value)


def test_the_call_ends_with_its_window(
    server: ScriptedServer, window: Callable[..., WriteWindow]
) -> None:
    """An answer that arrives drop by drop is given up when the window closes."""
    http = Http("Thing", server.url, name_header="X", limits=Limits(read=10, total=60))
    server.plays(drops(b"HTTP/1.1 302 Found\r\nX: " + b"x" * 60_000))
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        http.write(CALL, window(seconds=0.3))


def test_silence_ends_with_its_window(server: ScriptedServer, window: MakeWindow) -> None:
    """A server that says nothing is given up when the window closes, not when patience ends."""
    http = Http("Thing", server.url, name_header="X", limits=Limits(read=10, total=60))
    server.plays(silence(3))
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        http.write(CALL, window(seconds=0.5))


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux can limit this")
def test_what_nobody_acknowledges_is_given_up(
    server: ScriptedServer, window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the kernel would go on for minutes, and the write could arrive long after its window."""
    asked: list[int] = []
    send = ClockedConnection.send

    def look(connection: ClockedConnection, data: object) -> None:
        send(connection, data)
        asked.append(connection.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    monkeypatch.setattr(ClockedConnection, "send", look)
    server.plays(reply(200))
    http = Http("X", server.url, name_header="X-Name", limits=Limits(total=7.5))
    http.write(CALL, window())
    assert set(asked) == {7500}
