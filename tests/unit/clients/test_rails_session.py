"""Wearing a session that is shared: its cookies, their later forms, and a fork."""

import time

import pytest

from clients.answers import Answer
from clients.cookies import from_browser
from clients.rails_admin import RailsAdmin
from clients.rails_session import SHARED_EVERY, leads_to_sign_in
from clients.rails_sign_in import NoSignIn
from clients.shared_secret import MemoryKeeper
from domain.errors import SignInExpired
from domain.sign_ins import Fresh
from tests.unit.clients.scripted_server import Play, ScriptedServer, json_reply, reply

pytestmark = pytest.mark.usefixtures("no_pauses")

ROW = {"id": 7}


def found(cookie: str = "") -> Play:
    return json_reply([ROW], headers={"Set-Cookie": f"{cookie}; Path=/"} if cookie else {})


def cookies(server: ScriptedServer) -> list[str | None]:
    """What each request carried."""
    return [seen.headers.get("cookie") for seen in server.seen]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of `time.monotonic()`; a test moves it."""
    moved = [0.0]
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + moved[0])
    return moved


def admin(server: ScriptedServer, keeper: MemoryKeeper) -> RailsAdmin:
    return RailsAdmin(server.url, NoSignIn("nobody can"), keeper=keeper)


def test_a_shared_session_is_worn(server: ScriptedServer) -> None:
    """From the first request on, and with what the server has made of it since."""
    ours = admin(server, MemoryKeeper(from_browser("_s=shared; other=1")))
    server.plays(found("_s=newer"), found())
    for _ in range(2):
        ours.find("customer", "7")
    assert cookies(server) == ["_s=shared; other=1", "_s=newer; other=1"]


def test_its_newest_form_is_shared_now_and_then(server: ScriptedServer, clock: list[float]) -> None:
    """Once a minute, not with each call; who starts later begins with it."""
    keeper = MemoryKeeper(from_browser("_s=morning"))
    ours = admin(server, keeper)
    server.plays(found("_s=noon"), found("_s=evening"), found())
    ours.find("customer", "7")
    before = keeper.read()
    clock[0] += SHARED_EVERY
    ours.find("customer", "7")
    after = keeper.read()
    assert before is not None
    assert after is not None
    assert before.value == from_browser("_s=morning")
    assert (after.generation, after.value != before.value) == (before.generation, True)
    admin(server, keeper).find("customer", "7")
    assert cookies(server)[-1] == "_s=evening"


def test_an_idle_process_finds_what_a_busy_one_keeps(
    server: ScriptedServer, clock: list[float]
) -> None:
    """Its own cookie has ended; the session, which another uses, has not."""
    keeper = MemoryKeeper(from_browser("_s=morning"))
    busy, idle = admin(server, keeper), admin(server, keeper)
    server.plays(found(), found(), found("_s=evening"), reply(401), found())
    idle.find("customer", "7")
    busy.find("customer", "7")
    clock[0] += SHARED_EVERY
    busy.find("customer", "7")
    idle.find("customer", "7")
    assert cookies(server)[-2:] == ["_s=morning", "_s=evening"]


@pytest.mark.parametrize("later", ["_s=old-but-later", ""], ids=["changed", "unchanged"])
def test_a_new_sign_in_is_not_overwritten_and_is_worn_before_long(
    server: ScriptedServer, clock: list[float], later: str
) -> None:
    """By a process whose old session lives on, whether its cookies have changed or not."""
    keeper = MemoryKeeper(from_browser("_s=old"))
    ours = admin(server, keeper)
    server.plays(found(later), found(), found())
    ours.find("customer", "7")
    new = keeper.renew(keeper.read(), lambda: Fresh(from_browser("_s=new")))
    clock[0] += SHARED_EVERY
    ours.find("customer", "7")
    assert keeper.read() == new
    assert cookies(server)[-1] == (later or "_s=old")
    ours.find("customer", "7")
    assert cookies(server)[-1] == "_s=new"


def test_a_fork_wears_it_too(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a connection of its own, and without signing in."""
    ours = admin(server, MemoryKeeper(from_browser("_s=shared")))
    server.plays(found(), found())
    ours.find("customer", "7")
    monkeypatch.setattr("clients.transport.os.getpid", lambda: -1)
    ours.find("customer", "7")
    assert cookies(server) == ["_s=shared", "_s=shared"]


def test_a_brought_session_that_ends(server: ScriptedServer) -> None:
    """There is no other way in: the given words say what to do."""
    ours = admin(server, MemoryKeeper(from_browser("_s=shared")))
    server.plays(reply(401))
    with pytest.raises(SignInExpired, match="nobody can"):
        ours.find("customer", "7")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("base", "location", "leads"),
    [
        ("https://dot.example:443", "https://dot.example/admin/customer", False),
        ("https://Dot.Example", "https://dot.example/admin/customer", False),
        ("https://dot.example", "/admin/customer", False),
        ("https://dot.example", "https://dot.example/admins/sign_in", True),
        ("https://dot.example", "https://okta.example/login", True),
        ("https://dot.example", "https://dot.example:8443/admin/customer", True),
    ],
)
def test_a_redirect_to_our_own_host_is_no_sign_in_however_it_is_written(
    base: str, location: str, leads: bool
) -> None:
    """Taken for one, a write that landed would be sent again."""
    answer = Answer("CustomersDot", 302, {"Location": location}, b"")
    assert leads_to_sign_in(answer, base) is leads
