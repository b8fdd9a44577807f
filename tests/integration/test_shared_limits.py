"""Limits that all workers count together in a real Redis."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from uuid import uuid4

import pytest

import handover
from clients import gate as gates
from clients.gate import Turnstile
from clients.ledger import Allowance, LedgerDown
from clients.redis_ledger import RedisLedger
from domain.errors import Transient
from tests.parts.redis import RedisServer, redis_server
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.waiting import wait_until

PROCESSES = 4
AT_ONCE = 2
WAIT = 300


@pytest.fixture
def name() -> str:
    """An installation of its own."""
    return uuid4().hex


def ledger(server: RedisServer, name: str, at_once: int = 0, per_minute: int = 0) -> RedisLedger:
    return RedisLedger(server.url, name, Allowance(at_once, per_minute))


def test_places_are_everybodys(redis_server: RedisServer, name: str) -> None:
    """Two hosts, one count; a place that is given back is free for any of them."""
    here, there = (ledger(redis_server, name, AT_ONCE) for _ in range(2))
    assert [here.take("a", 20), there.take("b", 20)] == [0, 0]
    assert (here.take("c", 20), there.take("d", 20)) == (0.02, 0.02)
    here.give_back("a")
    assert there.take("d", 20) == 0


def test_a_place_of_a_killed_worker_comes_free(redis_server: RedisServer, name: str) -> None:
    """When its lease is over."""
    here = ledger(redis_server, name, 1)
    assert here.take("killed", 0.3) == 0
    assert here.take("next", 20) > 0
    wait_until(lambda: here.take("next", 20) == 0, message="the lease to end")


def test_a_pace_is_everybodys(redis_server: RedisServer, name: str) -> None:
    """Of 60 a minute, 7 at once from whoever asks; then the wait for the next turn."""
    both = [ledger(redis_server, name, per_minute=60) for _ in range(2)]
    waits = [both[number % 2].take(str(number), 20) for number in range(8)]
    assert waits[:7] == [0] * 7
    assert 0 < waits[7] <= 1


def test_other_systems_have_limits_of_their_own(redis_server: RedisServer, name: str) -> None:
    assert ledger(redis_server, name, 1).take("a", 20) == 0
    assert ledger(redis_server, f"{name}2", 1).take("b", 20) == 0


def test_holding_off_is_everybodys(redis_server: RedisServer, name: str) -> None:
    """A shorter wait does not shorten it."""
    here, there = (ledger(redis_server, name, 9) for _ in range(2))
    here.hold_off(100)
    there.hold_off(1)
    assert 90 < there.take("a", 20) <= 100


def most_at_once(url: str, name: str) -> int:
    """In a process of its own: makes calls, and tells how many were made at once at most."""
    allowance = Allowance(AT_ONCE)
    shared = RedisLedger(url, name, allowance)
    gate, most = Turnstile("X", allowance, shared), 0
    for _ in range(20):
        with gate.permit(time.monotonic() + 60):
            most = max(most, int(shared._client.incr(f"{name}.inside")))
            time.sleep(0.005)
            shared._client.decr(f"{name}.inside")
    return most


def test_processes_keep_the_limit_together(redis_server: RedisServer, name: str) -> None:
    """Four processes, two places: two are used, and never three."""
    with get_context("spawn").Pool(PROCESSES) as pool:
        pending = [
            pool.apply_async(most_at_once, (redis_server.url, name)) for _ in range(PROCESSES)
        ]
        found = [result.get(100) for result in pending]
    assert max(found) == AT_ONCE


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that a test may end."""
    with redis_server() as server:
        yield server


def test_without_redis_calls_go_on(
    own_redis: RedisServer, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process keeps the limits for itself, and counts with the others when Redis is back."""
    monkeypatch.setattr(gates, "SHARED_AGAIN", 0)
    shared = ledger(own_redis, name, 1)
    gate = Turnstile("X", Allowance(1), shared)
    own_redis.kill9()
    with pytest.raises(LedgerDown, match="ConnectionError"):
        shared.take("a", 20)
    until = time.monotonic() + 20
    with gate.permit(until), pytest.raises(Transient), gate.permit(time.monotonic() + 0.2):
        pass
    own_redis.restart()
    assert ledger(own_redis, name, 1).take("another's", 20) == 0
    with pytest.raises(Transient), gate.permit(time.monotonic() + 0.2):
        pass


def test_a_redis_that_hangs_does_not_hold_a_call(own_redis: RedisServer, name: str) -> None:
    """A frozen server is given up after a moment."""
    shared = ledger(own_redis, name, 1)
    shared.take("a", 20)
    with own_redis.client() as client, ThreadPoolExecutor(1) as pool:
        client.execute_command("CLIENT", "PAUSE", "3000", "ALL")
        with pytest.raises(LedgerDown, match="TimeoutError"):
            pool.submit(shared.take, "b", 20).result(30)


def test_one_429_rests_every_run(redis_server: RedisServer) -> None:
    """No worker asks Zuora again: runs that only begin rest in the journal, and hold no worker."""
    with rehearsal(redis_server) as made:
        workers = [made.add_worker(), made.add_worker()]
        for worker in workers:
            worker.wait_ready()
        too_many = {"kind": "rate_limit", "seconds": WAIT, "times": None, "path": "/v1/"}
        made.control("POST", "faults", {**too_many, "system": "zuora"})
        runs = [made.start(account) for account in made.new_accounts(6)]
        waits = wait_until(lambda: _resting(made, runs), 60, "all runs to rest") or []
        (fault,) = made.control("GET", "faults")
        assert fault["hits"] <= len(workers)
        assert "held-off" in waits
        for run in runs:
            assert handover.cancel(run, reason="it would rest for minutes")


def _resting(made: Rehearsal, runs: list[str]) -> list[str] | None:
    """Why each run rests, once all of them do."""
    parked = [[e for e in made.events(run) if e["kind"] == "step.parked"] for run in runs]
    return [str(events[-1]["data"]["why"]) for events in parked] if all(parked) else None
