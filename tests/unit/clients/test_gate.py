"""Limits on calls: at once, a minute, and none for a while; with others, and for oneself."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from clients.answers import Answer, Call
from clients.gate import OpenGate, Turnstile, gate_from
from clients.http import Http
from clients.ledger import Allowance, LedgerDown, LocalLedger
from config.settings import Settings
from domain.errors import OutcomeUnknown, Transient
from domain.windows import WriteWindow
from tests.unit.clients.scripted_server import ScriptedServer, json_reply, reply, reset

CALL = Call("GET", "/x", "/x")


class Clock:
    """The clock of `time.monotonic()`, which sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


@dataclass
class Shared:
    """A shared ledger that answers as it is told: a wait, or that it is down."""

    answers: list[float | None]
    asked: list[str] = field(default_factory=list)

    def take(self, token: str, lease: float) -> float:
        self.asked.append("take")
        wait = self.answers.pop(0)
        if wait is None:
            raise LedgerDown("ConnectionError")
        return wait

    def give_back(self, token: str) -> None:
        self.asked.append("give back")

    def hold_off(self, seconds: float) -> None:
        self.asked.append(f"hold off {seconds:g}")


def call(gate: Turnstile, clock: Callable[[], float], seconds: float = 20) -> None:
    with gate.permit(clock() + seconds):
        pass


# one process's own ledger


def test_places() -> None:
    """So many at once; one that is given back is free."""
    ledger = LocalLedger(Allowance(at_once=2))
    assert [ledger.take(token, 9) for token in "abc"] == [0, 0, 0.02]
    ledger.give_back("a")
    assert ledger.take("c", 9) == 0


def test_pace(clock: Clock) -> None:
    """A tenth of a minute's calls may come at once, the rest one after the other."""
    ledger = LocalLedger(Allowance(per_minute=60))
    waits = [ledger.take(str(number), 9) for number in range(8)]
    assert waits == [0] * 7 + [1]
    clock.now += 1
    assert [ledger.take("a", 9), ledger.take("b", 9)] == [0, 1]


def test_no_limits_are_none() -> None:
    ledger = LocalLedger(Allowance())
    assert {ledger.take(str(number), 9) for number in range(1000)} == {0}


def test_holding_off(clock: Clock) -> None:
    """A shorter wait does not shorten a longer one."""
    ledger = LocalLedger(Allowance())
    ledger.hold_off(60)
    ledger.hold_off(5)
    assert ledger.take("a", 9) == 60
    clock.now += 60
    assert ledger.take("a", 9) == 0


# with others


def test_a_short_wait_is_slept(clock: Clock) -> None:
    """It asks again after it, and gives back what it got."""
    shared = Shared([2.0, 0.0])
    started = clock()
    call(Turnstile("X", Allowance(1), shared, sleep=clock.sleep), clock)
    assert shared.asked == ["take", "take", "give back"]
    assert clock() >= started + 2


def test_a_long_wait_goes_back(clock: Clock) -> None:
    """To the journal, with its length; no place is held."""
    shared = Shared([5.5])
    with pytest.raises(Transient) as caught:
        call(Turnstile("X", Allowance(1), shared, sleep=clock.sleep), clock)
    assert (caught.value.code, caught.value.delay) == ("held-off", 5.5)
    assert shared.asked == ["take"]


def test_no_wait_beyond_the_deadline(clock: Clock) -> None:
    """A call whose time would be over is not let through late."""
    with pytest.raises(Transient):
        call(Turnstile("X", Allowance(1), Shared([2.0]), sleep=clock.sleep), clock, seconds=1)


def test_no_free_place_for_long(clock: Clock) -> None:
    """Patience ends after 5 s, and the journal keeps the run for a second."""
    shared = Shared([0.02] * 1000)
    with pytest.raises(Transient) as caught:
        call(Turnstile("X", Allowance(1), shared, sleep=clock.sleep), clock)
    assert caught.value.delay == 1
    assert len(shared.answers) < 900


def test_a_place_is_given_back_after_a_failure(clock: Clock) -> None:
    shared = Shared([0.0])
    gate = Turnstile("X", Allowance(1), shared, sleep=clock.sleep)
    with pytest.raises(ZeroDivisionError), gate.permit(clock() + 20):
        raise ZeroDivisionError
    assert shared.asked == ["take", "give back"]


def test_without_the_shared_ledger(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """Calls go on under the process's own limits; it is asked again a little later."""
    shared = Shared([None, 0.0])
    gate = Turnstile("X", Allowance(1), shared, sleep=clock.sleep)
    with gate.permit(clock() + 20), pytest.raises(Transient):
        call(gate, clock, seconds=1)
    assert shared.asked == ["take"]
    clock.now += 5
    call(gate, clock)
    assert shared.asked == ["take", "take", "give back"]
    assert caplog.text.count("for this process alone") == 1


def test_holding_off_is_told_to_all_and_kept(clock: Clock) -> None:
    """Also if the others can't be told any more a moment later."""
    shared = Shared([None])
    gate = Turnstile("X", Allowance(1), shared, sleep=clock.sleep)
    gate.hold_off(10**9)
    assert shared.asked == ["hold off 86400"]
    with pytest.raises(Transient) as caught:
        call(gate, clock)
    assert caught.value.delay == 86400


# around calls


def read(http: Http) -> object:
    def understand(answer: Answer) -> object:
        if answer.status == 429:
            raise Transient("too many", delay=answer.delay)
        return answer.json()

    return http.read(CALL, understand)


def client(server: ScriptedServer, gate: Turnstile) -> Http:
    return Http("X", server.url, name_header="X-Name", gate=gate)


def test_a_429_holds_everybody_off(server: ScriptedServer) -> None:
    """Who shares the ledger sends nothing until the wait is over, neither reads nor writes."""
    ledger = LocalLedger(Allowance())
    first, second = (client(server, Turnstile("X", Allowance(), ledger)) for _ in range(2))
    server.plays(reply(429, headers={"Retry-After": "120"}))
    with pytest.raises(Transient):
        read(first)
    with pytest.raises(Transient) as caught:
        read(second)
    assert (caught.value.code, round(caught.value.delay or 0)) == ("held-off", 120)
    with pytest.raises(Transient) as caught:
        second.write(Call("POST", "/x", "/x"), WriteWindow("w", time.monotonic() + 20))
    assert caught.value.code == "held-off"
    assert len(server.seen) == 1


def test_every_call_takes_one_place(server: ScriptedServer) -> None:
    """Each try of a read, and a write; all are given back, whatever happens."""
    shared = Shared([0.0] * 3)
    http = client(server, Turnstile("X", Allowance(1), shared))
    server.plays(reset, json_reply([1]), reset)
    assert read(http) == [1]
    with pytest.raises(OutcomeUnknown):
        http.write(Call("POST", "/x", "/x"), WriteWindow("w", time.monotonic() + 20))
    assert shared.asked == ["take", "give back"] * 3


def test_limits_of_zero_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then there is no Redis in the way of a call."""
    monkeypatch.setattr("clients.gate.RedisLedger", lambda *_: pytest.fail("asked for Redis"))
    gate = gate_from(Settings(), "X", Allowance())
    with gate.permit(time.monotonic() + 1):
        pass
    with OpenGate().permit(0):
        pass
