"""Runs per second with HTTP stubbed out, against bare Celery chains of as many no-op tasks.

Two workers with one process each, on the same Redis. They are frozen while their queue is filled,
so that only the work is measured; chains and runs take turns.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

import psutil
from sqlalchemy import func, select

from domain.errors import Unavailable
from tests.benchmarks import bare, invented
from tests.benchmarks.figures import Figure, ratio_of, spread
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, worker_process
from worker import runtime
from worker.journal.schema import runs

ROUNDS = 3
RUNS = 60
CHAINS = 150
# As in production, but nothing waits: no quiet time, and nothing is sent again.
SETTINGS = {
    "HANDOVER_LEASE_SECONDS": "30",
    "HANDOVER_WRITE_SECONDS": "20",
    "HANDOVER_SCAN_SECONDS": "2",
    "HANDOVER_ORPHAN_SECONDS": "120",
    "HANDOVER_QUIET_SECONDS": "0",
}


def run(redis: RedisServer, postgres: PostgresServer) -> Iterator[Figure]:
    """Measures on SQLite and on PostgreSQL."""
    yield from _measure(redis, "SQLite", "", "CPU; commits with fsync, one writer at a time")
    yield from _measure(
        redis, "PostgreSQL", postgres.create_database(), "CPU: workers and server share the cores"
    )


@dataclass
class Drained:
    """What working off a queue took: wall time and the workers' own time on a processor."""

    count: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """How many were done in a second."""
        return self.count / self.seconds

    @property
    def cpu_milliseconds(self) -> float:
        """Processor time of each, in milliseconds."""
        return self.cpu_seconds / self.count * 1000


def _measure(redis: RedisServer, name: str, database_url: str, limit: str) -> Iterator[Figure]:
    chains: list[Drained] = []
    handovers: list[Drained] = []
    with tempfile.TemporaryDirectory() as world, ExitStack() as stack:
        env = {**SETTINGS, "BENCH_WORLD": world}
        made = stack.enter_context(
            rehearsal(redis, database_url=database_url, env={**TWO_SYSTEMS, **env})
        )
        bare.app.conf.broker_url = redis.url
        ours = [made.add_worker("tests.benchmarks.stubbed") for _ in range(2)]
        theirs = [stack.enter_context(_bare_worker(redis, number)) for number in (8, 9)]
        for worker in (*ours, *theirs):
            worker.wait_ready()
        accounts = iter(range(1, 1_000_000))
        _drain_runs(made, ours, accounts, 4)  # warms the processes up
        for _ in range(ROUNDS):
            chains.append(_drain_chains(redis, theirs))
            handovers.append(_drain_runs(made, ours, accounts, RUNS))
    done, bare_done = [d.per_second for d in handovers], [d.per_second for d in chains]
    yield Figure(
        f"runs per second, {name}",
        spread(done, "/s", 1),
        spread(bare_done, "chains/s"),
        f"{ratio_of(done, bare_done):.2f}",
        ">= 0.3",
        "no sandbox",
        limit,
    )
    cpu, bare_cpu = [d.cpu_milliseconds for d in handovers], [d.cpu_milliseconds for d in chains]
    yield Figure(
        f"workers' CPU per run, {name}",
        spread(cpu, "ms", 1),
        spread(bare_cpu, "ms/chain", 1),
        f"{ratio_of(bare_cpu, cpu):.2f}",
        ">= 0.3",
        "no sandbox",
        "SQLAlchemy's work per statement, Celery's per message",
    )


def _bare_worker(redis: RedisServer, number: int) -> AbstractContextManager[WorkerProcess]:
    env = {"BENCH_REDIS": redis.url}
    return worker_process(env, number, concurrency=1, app="tests.benchmarks.bare")


def _drain_chains(redis: RedisServer, workers: Sequence[WorkerProcess]) -> Drained:
    def done() -> bool:
        return int(str(client.get(bare.DONE) or 0)) >= CHAINS

    def fill() -> None:
        for number in range(CHAINS):
            bare.publish(str(number))

    with redis.client() as client:
        client.delete(bare.DONE)
        return _drain(workers, CHAINS, fill, done)


def _drain_runs(
    made: Rehearsal, workers: Sequence[WorkerProcess], accounts: Iterator[int], count: int
) -> Drained:
    before = _proved()

    def fill() -> None:
        for _ in range(count):
            made.start(invented.account(next(accounts)))

    return _drain(workers, count, fill, lambda: _proved() - before >= count)


def _drain(
    workers: Sequence[WorkerProcess],
    count: int,
    fill: Callable[[], None],
    done: Callable[[], bool],
) -> Drained:
    _freeze(workers)
    fill()
    begun, cpu = time.monotonic(), _cpu_seconds(workers)
    for worker in workers:
        worker.sigcont()
    wait_until(done, 120, "the queue to be worked off", pause=0.05)
    return Drained(count, time.monotonic() - begun, _cpu_seconds(workers) - cpu)


def _freeze(workers: Sequence[WorkerProcess]) -> None:
    """Freezes them where none holds the journal: it says now and then that it is alive."""
    while True:
        for worker in workers:
            worker.sigstop()
        try:
            with runtime.journal().write():
                return
        except Unavailable:
            for worker in workers:
                worker.sigcont()


def _cpu_seconds(workers: Sequence[WorkerProcess]) -> float:
    """Processor time of all their processes so far."""
    pids = [pid for worker in workers for pid in (worker.pid, *worker.children())]
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return float(sum(one.user + one.system for one in times))


def _proved() -> int:
    query = select(func.count()).where(runs.c.result == "proved")
    with runtime.journal().read() as tx:
        return int(tx.conn.execute(query).scalar_one())
