"""The broker loses, doubles and delays messages; no run is lost and nothing is done twice."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import handover
from domain.errors import Unavailable
from tasks.canvases import CHANGE_CONTACT
from tests.faults.conftest import with_two_workers
from tests.faults.test_kill import DOCUMENTED
from tests.parts.redis import RedisServer, redis_server
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.waiting import wait_until

WITHOUT_LOGIN = [row for row in DOCUMENTED if row[0] != "customer"]
PATIENT = {"HANDOVER_WRITE_SECONDS": "4", "HANDOVER_LEASE_SECONDS": "5"}
STEPS = len(CHANGE_CONTACT.steps)
QUIET_TIMES = 2
"""L3 and the proof each wait for a quiet time, which costs one delivery more."""


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A broker that the test may kill."""
    with redis_server() as server:
        yield server


@pytest.fixture
def fragile(own_redis: RedisServer) -> Iterator[Rehearsal]:
    """An installation with two workers on a broker of its own."""
    with rehearsal(own_redis) as made:
        yield with_two_workers(made)


def test_redis_killed_and_restarted(fragile: Rehearsal) -> None:
    """Redis is killed while runs are under way, and comes back some seconds later."""
    runs = _start_and_wait_for_a_write(fragile, 6)
    fragile.redis.kill9()
    _let_the_outage_be_noticed(fragile)
    fragile.redis.restart()
    _all_proved(fragile, runs)


def test_redis_wiped(fragile: Rehearsal) -> None:
    """Every message vanishes in the middle of many runs."""
    runs = _start_and_wait_for_a_write(fragile, 12)
    fragile.redis.flushall()
    _all_proved(fragile, runs)


def test_redis_down_at_the_start(fragile: Rehearsal) -> None:
    """A run that was accepted while Redis was down begins when it is back."""
    account = fragile.account()
    fragile.redis.kill9()
    with pytest.raises(Unavailable, match="is recorded"):
        fragile.start(account)
    fragile.redis.restart()
    run_id = handover.runs()[0]["run"]
    _all_proved(fragile, {run_id: account})


def test_every_message_delivered_twice(own_redis: RedisServer) -> None:
    """A broker that doubles everything changes neither the writes nor the end.

    With a single process a copy always comes when its step is done already, which is where copies
    would breed copies.
    """
    with rehearsal(own_redis) as made:
        made.add_worker(app="tests.parts.doubling").wait_ready()
        accounts = made.new_accounts(5, login_activated=False)
        runs = {made.start(account): account for account in accounts}
        _all_proved(made, runs, DOCUMENTED)
        ideal = len(runs) * (STEPS + QUIET_TIMES)
        assert deliveries(made) <= ideal * 2 * 1.2, "copies must not breed copies"


def test_many_runs_at_once(own_redis: RedisServer) -> None:
    """A queue that is many times longer than recovery waits makes no storm of repeated messages.

    The benchmark plays three hundred.
    """
    with rehearsal(own_redis, env=PATIENT) as made:
        accounts = made.new_accounts(60)
        runs = {made.start(account): account for account in accounts}
        with_two_workers(made)
        _all_proved(made, runs, seconds=240)
        assert deliveries(made) <= len(runs) * STEPS * 1.2


def deliveries(made: Rehearsal) -> int:
    """How many step messages all workers received."""
    received = re.compile(r"Task handover\.(?!beat|post_ticket_notes)\w+\[[^]]+\] received")
    return sum(len(received.findall(worker.output())) for worker in made.workers)


def _start_and_wait_for_a_write(made: Rehearsal, count: int) -> dict[str, dict[str, Any]]:
    accounts = made.new_accounts(count)
    runs = {made.start(account): account for account in accounts}
    wait_until(lambda: made.control("GET", "writes?origin=request"), 30, "the first write")
    return runs


def _let_the_outage_be_noticed(made: Rehearsal) -> None:
    wait_until(
        lambda: any("onnection" in w.output().split("ready.")[-1] for w in made.workers),
        30,
        "a worker to notice the outage",
    )


def _all_proved(
    made: Rehearsal,
    runs: dict[str, dict[str, Any]],
    writes: list[tuple[str, str]] = WITHOUT_LOGIN,
    seconds: float = 90,
) -> None:
    for run_id, account in runs.items():
        report = made.wait(run_id, seconds)
        assert (report["state"], report["result"]) == ("ended", "proved"), report
        assert made.written(account) == writes
        assert made.sold_to(account) == account["new"]["email"]
