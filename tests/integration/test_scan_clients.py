"""The clients of scans: behind their own limits, with the sign-ins of everybody."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from clients import gate as gates
from clients.ledger import Allowance
from clients.redis_ledger import RedisLedger
from config.settings import settings
from domain.errors import Transient
from tasks import clients
from tasks.drift import clients as scans
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from worker import runtime

LONG_AGO = datetime(2007, 1, 1, tzinfo=UTC)
ASKED = ("zuora", "customersdot")
OWN = {
    "HANDOVER_DRIFT_ZUORA_AT_ONCE": "1",
    "HANDOVER_DRIFT_CUSTOMERSDOT_AT_ONCE": "1",
}


@pytest.fixture(scope="module")
def made(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation without workers: this process is the one that scans."""
    with rehearsal(redis_server, sandbox_arguments=("--seed", "demo"), env=OWN) as made:
        runtime.journal()  # which keeps the sign-ins
        yield made


@pytest.fixture(autouse=True)
def undisturbed(made: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No place that another test took, and little patience."""
    monkeypatch.setattr(gates, "PATIENCE", 0.1)
    yield
    made.redis.flushall()
    made.control("DELETE", "faults")


def scan(system: str) -> int:
    bulk = scans.customersdot_bulk()
    if system == "customersdot":
        return bulk.highest_id("customer")
    return len(list(scans.zuora_bulk().changed_accounts(LONG_AGO)))


def run(system: str) -> object:
    if system == "customersdot":
        return clients.customersdot().customer("1")
    return clients.zuora().account("A00000001")


@pytest.mark.parametrize("system", ASKED)
def test_a_scan_that_has_its_places_leaves_the_others(made: Rehearsal, system: str) -> None:
    """The one place of scans is taken, by another process: runs are asked no later for it."""
    assert scan(system) > 0
    name = {"zuora": "Zuora", "customersdot": "CustomersDot"}[system]
    others = RedisLedger(made.redis.url, f"{settings().queue}.drift.{name}", Allowance(at_once=1))
    assert others.take("another process", 20) == 0
    with pytest.raises(Transient) as caught:
        scan(system)
    assert caught.value.code == "held-off"
    assert run(system)
    others.give_back("another process")
    assert scan(system) > 0


@pytest.mark.parametrize("system", ASKED)
def test_one_429_rests_scans_and_runs(made: Rehearsal, system: str) -> None:
    """A scan is told to wait; nobody asks again, on whatever client."""
    path = "/action/query" if system == "zuora" else "/export"
    run(system)
    fault = {"kind": "rate_limit", "seconds": 300, "system": system, "path": path}
    if system == "customersdot":
        fault |= {"kind": "status", "code": 429, "headers": {"Retry-After": "300"}}
    made.control("POST", "faults", fault)
    codes = []
    for ask in (scan, run, scan):
        with pytest.raises(Transient) as caught:
            ask(system)
        codes.append(caught.value.code)
        assert 200 < (caught.value.delay or 0) <= 300
    assert codes[1:] == ["held-off", "held-off"]
    assert [one["seen"] for one in made.control("GET", "faults")] == [1]


def test_a_sign_in_is_everybodys(made: Rehearsal) -> None:
    """Runs have signed in and have a token: scans use both."""
    for system in ASKED:
        run(system)
    for cached in (scans.zuora, scans.zuora_bulk, scans.admin, scans.customersdot_bulk):
        cached.cache_clear()
    counted: Counter[str] = Counter()
    with scans.calls_counted(lambda name: counted.update([name])):
        for system in ASKED:
            scan(system)
    assert counted == {"zuora": 1, "customersdot": 2}
    scan("zuora")
    assert counted["zuora"] == 1


def test_an_account_is_looked_at_behind_the_same_gate(made: Rehearsal) -> None:
    """The confirming read of a scan is a scan's call, too, and is counted as one."""
    counted: Counter[str] = Counter()
    with scans.calls_counted(lambda name: counted.update([name])):
        account = scans.zuora().account("A00000001")
        assert scans.customersdot().billing_account_by_zuora_id(account.id)
    assert counted == {"zuora": 1, "customersdot": 1}
    others = RedisLedger(made.redis.url, f"{settings().queue}.drift.Zuora", Allowance(at_once=1))
    others.take("another process", 20)
    with pytest.raises(Transient):
        scans.zuora().account("A00000001")
