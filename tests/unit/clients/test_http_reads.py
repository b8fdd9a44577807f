"""Reads: tries, waits, limits and what is never shown."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from clients.answers import Answer, Call
from clients.http import CallMade, Http, calls_named, raise_if_down
from clients.transport import Limits
from domain.errors import Defect, Transient, Unavailable
from tests.unit.clients.scripted_server import (
    Play,
    ScriptedServer,
    drops,
    json_reply,
    raw,
    reply,
    reset,
    silence,
)

CANARY = "canary.person@secret.example"
CALL = Call("GET", "/thing/{id}", f"/thing/{CANARY}", params=[("email", CANARY)])


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(server: ScriptedServer, slept: list[float]) -> Callable[..., Http]:
    def make(**limits: float) -> Http:
        return Http(
            "Thing",
            server.url + "/base",
            name_header="X-Request-Id",
            limits=Limits(**limits),  # type: ignore[arg-type]
            sleep=slept.append,
        )

    return make


def body(answer: Answer) -> object:
    raise_if_down(answer)
    return answer.json()


def test_a_server_error_passes(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float]
) -> None:
    """A read is tried again after a 500, after a growing pause."""
    server.plays(reply(500), reply(503), json_reply([1]))
    assert client().read(CALL, body) == [1]
    assert len(server.seen) == 3
    assert 0 < slept[0] < slept[1]


def test_four_tries_and_no_more(client: Callable[..., Http], server: ScriptedServer) -> None:
    """A server that stays broken is asked four times."""
    server.plays(*[reply(500)] * 5)
    with pytest.raises(Transient, match=r"Thing: GET /thing/\{id\}: status 500"):
        client().read(CALL, body)
    assert len(server.seen) == 4


@pytest.mark.parametrize("header", ["Retry-After", "RateLimit-Reset"])
def test_a_short_wait_is_slept(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float], header: str
) -> None:
    """A wait of up to five seconds that the server asks for is slept exactly."""
    server.plays(reply(429, headers={header: "3"}), json_reply([1]))
    assert client().read(CALL, body) == [1]
    assert slept == [3]


@pytest.mark.parametrize("wait", ["5.5", "120"])
def test_a_long_wait_goes_back(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float], wait: str
) -> None:
    """A longer wait is raised with its length, and nothing is slept."""
    server.plays(reply(429, headers={"Retry-After": wait}))
    with pytest.raises(Transient) as caught:
        client().read(CALL, body)
    assert (caught.value.delay, caught.value.code, slept) == (float(wait), "rate-limited", [])
    assert len(server.seen) == 1


def test_a_wait_until_a_date(client: Callable[..., Http], server: ScriptedServer) -> None:
    """A Retry-After date counts from the server's own clock, however wrong ours is."""
    now = datetime(2020, 1, 1, tzinfo=UTC)
    later = now + timedelta(seconds=90)
    headers = {"Date": format_datetime(now, True), "Retry-After": format_datetime(later, True)}
    server.plays(reply(503, headers=headers))
    with pytest.raises(Transient) as caught:
        client().read(CALL, body)
    assert caught.value.delay == 90


def test_a_date_in_the_past_is_now(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float]
) -> None:
    """A Retry-After date that has passed means: at once."""
    headers = {"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"}
    server.plays(reply(503, headers=headers), json_reply([1]))
    assert client().read(CALL, body) == [1]
    assert slept == [0]


def test_the_reset_of_a_limit_that_was_not_hit_means_nothing(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float]
) -> None:
    """RateLimit-Reset stands on other answers too; only a 429 makes it a wait."""
    server.plays(reply(500, headers={"RateLimit-Reset": "1200"}), json_reply([1]))
    assert client().read(CALL, body) == [1]
    assert slept[0] < 5


def test_a_wait_that_nobody_understands(
    client: Callable[..., Http], server: ScriptedServer, slept: list[float]
) -> None:
    """A Retry-After that is neither number nor date falls back to our own pause."""
    server.plays(reply(503, headers={"Retry-After": "soon"}), json_reply([1]))
    assert client().read(CALL, body) == [1]
    assert len(slept) == 1


@pytest.mark.parametrize(
    "broken",
    [
        reset,
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n[1"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\n[1]x"),
        raw(b"not http at all\r\n\r\n"),
        reply(200, "<html>Service Unavailable</html>"),
        reply(200, '[1, "cut'),
    ],
    ids=["reset", "hung-up", "truncated", "bad-gzip", "garbage", "html", "cut-json"],
)
def test_a_broken_answer_is_asked_for_again(
    client: Callable[..., Http], server: ScriptedServer, broken: Play
) -> None:
    """A read repeats whatever did not come back whole and readable."""
    server.plays(broken, json_reply([1]))
    assert client().read(CALL, body) == [1]


def test_silence_ends(client: Callable[..., Http], server: ScriptedServer) -> None:
    """A server that says nothing is given up, four times at most."""
    server.plays(*[silence()] * 4)
    with pytest.raises(Transient, match="no answer in time"):
        client(read=0.05).read(CALL, body)
    assert len(server.seen) == 4


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    "endless",
    [drops(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 60_000), drops(HEAD + b" " * 100_000)],
    ids=["head", "body"],
)
def test_drop_by_drop_ends_in_time(
    client: Callable[..., Http], server: ScriptedServer, endless: Play
) -> None:
    """An answer that never stops arriving is cut off at the total limit, head or body."""
    server.plays(endless)
    with pytest.raises(Transient, match="no answer in time"):
        client(read=10, total=0.3).read(CALL, body)


def test_too_large_an_answer(client: Callable[..., Http], server: ScriptedServer) -> None:
    """An answer beyond the size limit is not read to its end."""
    server.plays(*[reply(200, b" " * 200_000)] * 4)
    with pytest.raises(Transient, match="larger than 100000 bytes"):
        client(size=100_000).read(CALL, body)


def test_no_server(slept: list[float]) -> None:
    """A refused connection is tried again, then raised as transient."""
    http = Http("Thing", "http://127.0.0.1:9", name_header="X", sleep=slept.append)
    with pytest.raises(Transient, match="the connection failed") as caught:
        http.read(CALL, body)
    assert (caught.value.code, len(slept)) == ("unreachable", 3)


def test_no_redirect_is_followed(client: Callable[..., Http], server: ScriptedServer) -> None:
    """A redirect is an answer to judge, not a path to follow."""
    server.plays(reply(302, headers={"Location": server.url + "/elsewhere"}))
    assert client().read(CALL, lambda answer: answer.status) == 302
    assert len(server.seen) == 1


def test_a_mistake_is_not_repeated(client: Callable[..., Http], server: ScriptedServer) -> None:
    """Only what may pass is tried again."""
    server.plays(json_reply([1]))

    def understand(answer: Answer) -> None:
        raise Defect("ours")

    with pytest.raises(Defect):
        client().read(CALL, understand)
    assert len(server.seen) == 1


def test_the_run_is_named(client: Callable[..., Http], server: ScriptedServer) -> None:
    """The header names the run, in at most 64 letters that both systems take."""
    server.plays(json_reply([1]), json_reply([1]))
    http = client()
    with calls_named('run:"7.;\u00e4' + "x" * 90):
        http.read(CALL, body)
    http.read(CALL, body)
    named, unnamed = (seen.headers["x-request-id"] for seen in server.seen)
    assert named == "run--7---" + "x" * 55
    assert unnamed == "handover"


def test_the_path_is_below_the_base(client: Callable[..., Http], server: ScriptedServer) -> None:
    """A base address with a path keeps it."""
    server.plays(json_reply([1]))
    client().read(Call("GET", "/a", "/a%2Fb"), body)
    assert server.seen[0].target == "/base/a%2Fb"


def test_the_environment_is_not_asked(
    client: Callable[..., Http], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy in the environment does not get our calls."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    server.plays(json_reply([1]))
    assert client().read(CALL, body) == [1]


def test_cookies_do_not_survive_a_fork(
    client: Callable[..., Http], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process id means another session."""
    server.plays(json_reply([1], headers={"Set-Cookie": "a=1"}), json_reply([1]), json_reply([1]))
    http = client()
    http.read(CALL, body)
    http.read(CALL, body)
    monkeypatch.setattr("clients.transport.os.getpid", lambda: -1)
    http.read(CALL, body)
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, "a=1", None]


@pytest.mark.parametrize("address", ["", "ftp://x", "http://", "http://u:p@x/", "http://x/?a=1"])
def test_a_bad_address(address: Any) -> None:
    """An address that is missing or odd is named at once, without being quoted."""
    with pytest.raises(Unavailable, match="Thing: its address") as caught:
        Http("Thing", address, name_header="X")
    assert not address or address not in str(caught.value)


def test_every_try_is_reported(server: ScriptedServer) -> None:
    """The hook gets each try with its status, and no id, query or address."""
    made: list[CallMade] = []
    http = Http("Thing", server.url, name_header="X", on_call=made.append, sleep=time.sleep)
    server.plays(reset, reply(500), json_reply([1]))
    http.read(CALL, body)
    assert [(one.method, one.path, one.status) for one in made] == [
        ("GET", "/thing/{id}", None),
        ("GET", "/thing/{id}", 500),
        ("GET", "/thing/{id}", 200),
    ]
    assert CANARY not in repr(made)


@pytest.mark.parametrize(
    "bad",
    [reset, reply(500, CANARY), reply(200, f'"{CANARY}'), raw(CANARY.encode() + b"\r\n\r\n")],
    ids=["reset", "500", "cut", "garbage"],
)
def test_nothing_personal_is_shown(
    client: Callable[..., Http], server: ScriptedServer, caplog: pytest.LogCaptureFixture, bad: Any
) -> None:
    """Neither errors nor logs at their loudest hold the query, the path's id or the body."""
    caplog.set_level(1)
    server.plays(*[bad] * 4)
    with pytest.raises(Transient) as caught:
        client().read(CALL, body)
    shown = [caplog.text, str(caught.value), repr(CALL)]
    error: BaseException | None = caught.value
    while error is not None:
        shown.append(repr(error))
        error = error.__cause__ or error.__context__
    assert "GET /thing/{id}" in caplog.text
    assert CANARY not in "".join(shown)
    assert "secret.example" not in "".join(shown)
