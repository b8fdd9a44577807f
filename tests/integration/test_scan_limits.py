"""Limits of scans' own inside the ones that all calls share, counted in a real Redis."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from uuid import uuid4

import pytest

from clients import gate as gates
from clients.gate import Gate, gate_from, scans_gate_from
from clients.ledger import Allowance
from clients.redis_ledger import RedisLedger
from config.settings import Settings
from domain.errors import Transient
from tests.parts.redis import RedisServer
from tests.parts.waiting import wait_until

SHARED = Allowance(at_once=3)
OWN = Allowance(at_once=2)


class Installation:
    """The gates of some processes of one installation, and its counts."""

    def __init__(self, url: str) -> None:
        self.settings = Settings(redis_url=url, queue=uuid4().hex)
        self.counts = {
            name: RedisLedger(url, f"{self.settings.queue}.{name}", Allowance())
            for name in ("X", "drift.X")
        }

    def run(self, shared: Allowance = SHARED) -> Gate:
        """The gate of a process that works on runs."""
        return gate_from(self.settings, "X", shared)

    def scan(self, own: Allowance = OWN, shared: Allowance = SHARED) -> Gate:
        """The gate of a process that works on scans."""
        return scans_gate_from(self.settings, "X", own, shared)

    def taken(self, name: str) -> int:
        """How many places are taken at present."""
        ledger = self.counts[name]
        return int(ledger._client.zcard(ledger._slots))


@pytest.fixture
def made(redis_server: RedisServer) -> Installation:
    return Installation(redis_server.url)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that finds no place gives up soon."""
    monkeypatch.setattr(gates, "PATIENCE", 0.1)


def soon() -> float:
    return time.monotonic() + 20


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(10) as pool:
        yield pool


def test_scans_leave_places_to_runs(made: Installation, pool: ThreadPoolExecutor) -> None:
    """Two scans are at it and six more want to be: none of these holds a place that a run needs."""
    done = threading.Event()

    def scan() -> None:
        with made.scan().permit(soon()):
            done.wait(20)

    scans = [pool.submit(scan) for _ in range(8)]
    try:
        wait_until(lambda: made.taken("X") == 2, message="two scans to be at it")
        for _ in range(5):
            with made.run().permit(soon()):
                assert (made.taken("X"), made.taken("drift.X")) == (3, 2)
    finally:
        done.set()
    for one in scans:
        one.result(20)
    assert (made.taken("X"), made.taken("drift.X")) == (0, 0)


@pytest.mark.usefixtures("impatient")
def test_a_scan_at_its_own_limit(made: Installation) -> None:
    """It goes back to the journal although the system could be asked."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(made.scan().permit(soon()))
        with pytest.raises(Transient) as caught, made.scan().permit(soon()):
            pass
        assert caught.value.code == "held-off"
        with made.run().permit(soon()):
            pass


@pytest.mark.usefixtures("impatient")
def test_a_scan_is_one_of_all(made: Installation) -> None:
    """Where runs take every place, scans wait like anybody, and give back their own."""
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(made.run().permit(soon()))
        with pytest.raises(Transient) as caught, made.scan().permit(soon()):
            pass
        assert caught.value.code == "held-off"
        assert made.taken("drift.X") == 0


@pytest.mark.usefixtures("impatient")
def test_scans_have_a_pace_of_their_own(made: Installation) -> None:
    """A tenth of a minute's calls at once, then one by one; runs are not slowed down by it."""
    own = Allowance(per_minute=60)
    for _ in range(7):
        with made.scan(own).permit(soon()):
            pass
    with pytest.raises(Transient), made.scan(own).permit(soon()):
        pass
    for _ in range(9):
        with made.run().permit(soon()):
            pass


@pytest.mark.parametrize("told", ["scan", "run"])
def test_holding_off_is_for_scans_and_runs(made: Installation, told: str) -> None:
    """Whoever gets a 429: the system does not tell callers apart."""
    (made.scan() if told == "scan" else made.run()).hold_off(100)
    for gate in (made.scan(), made.run(), made.scan(Allowance())):
        with pytest.raises(Transient) as caught, gate.permit(soon()):
            pass
        assert caught.value.code == "held-off"
        assert 90 < (caught.value.delay or 0) <= 100
    assert made.taken("drift.X") == 0


@pytest.mark.usefixtures("impatient")
def test_no_limit_of_their_own(made: Installation) -> None:
    """Then the shared one holds."""
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(made.scan(Allowance()).permit(soon()))
        with pytest.raises(Transient), made.scan(Allowance()).permit(soon()):
            pass
