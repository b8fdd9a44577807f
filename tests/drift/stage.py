"""An installation in the middle of a scan: workers, a beat, runs, faults, and a hand that kills."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drift.verdict import Verdict, judge
from tests.integration.cli.calls import Cli
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, beat_process, worker_process

SETTINGS = {
    "HANDOVER_DRIFT_AT": "none",
    "HANDOVER_DRIFT_PROVED_MINUTES": "0",
    "HANDOVER_DRIFT_SETTLE_SECONDS": "2",
    # A sandbox minds nothing.
    "HANDOVER_DRIFT_ZUORA_PER_MINUTE": "0",
    "HANDOVER_DRIFT_CUSTOMERSDOT_PER_MINUTE": "0",
}
LAG = "0.5"
READING = "drift-read.after-progress"
CONFIRMING = "drift-confirm.after-claim"


ATTENTION = 5.0
"""Seconds between two looks at whether the worker for runs is there."""


@dataclass(frozen=True)
class Size:
    """How many accounts, how many of them planted with a difference, how many changed meanwhile.

    `killed_at` are the points of a scan at which everything is killed.
    """

    accounts: int
    differences: int
    runs: int
    killed_at: tuple[str, ...] = (READING, CONFIRMING)
    page: int = 5000
    number: int = 1
    workers: int = 1
    seconds: int = 120


@dataclass
class Stage:
    """One installation whose accounts agree but for what was planted."""

    made: Rehearsal
    size: Size
    trips: Path
    stack: ExitStack
    drift: list[WorkerProcess] = field(default_factory=list)
    beat: WorkerProcess | None = None

    def begin(self) -> None:
        """Starts the workers of scans and the beat, and does not wait for them."""
        for _ in range(self.size.workers):
            queue = ("-Q", f"{self.made.env['HANDOVER_QUEUE']}.drift")
            number = 100 + len(self.drift)
            context = worker_process(self.made.env, number, concurrency=2, arguments=queue)
            self.drift.append(self.stack.enter_context(context))
        self.beat = self.stack.enter_context(beat_process(self.made.env))

    def kill(self) -> None:
        """kill -9 for the workers of scans, the beat and Redis, whose data are lost with it."""
        for worker in self.drift[-self.size.workers :]:
            worker.kill9()
        assert self.beat is not None
        self.beat.kill9()
        self.made.redis.kill9()
        self.made.redis.restart()
        self.made.redis.flushall()

    def wait(self, run: str) -> dict[str, Any]:
        """A run's report. A worker that leaves when Redis drops is replaced, as supervisors do."""
        for _ in range(int(self.size.seconds / ATTENTION)):
            report = self.made.wait(run, ATTENTION)
            if report["state"] in ("ended", "waiting"):
                break
            if not self.made.workers[-1].alive:
                self.made.add_worker()
        return report

    def tripped(self, point: str) -> None:
        """Waits until a worker stands still at a point of its work."""
        hit = self.trips / f"{point}.hit"
        wait_until(hit.exists, self.size.seconds, f"a worker at {point}")

    def call(self, *arguments: str) -> tuple[int, Any]:
        """A command of `handover`: its exit code and its JSON."""
        called = Cli(self.made.state, self.made.env)(*arguments, "--json")
        assert called.out, called.err
        return called.code, called.json

    def scan(self) -> str:
        """Begins a scan, or finds the one that is on."""
        _, told = self.call("drift", "scan")
        assert "scan" in told, told
        return str(told["scan"]["id"])

    def ended(self, scan_id: str) -> dict[str, Any]:
        """The scan once it has ended."""

        def found() -> dict[str, Any] | None:
            _, told = self.call("drift", "scans")
            (scan,) = (one for one in told["scans"] if one["id"] == scan_id)
            return scan if scan["ended_at"] else None

        scan = wait_until(found, self.size.seconds, f"the end of scan {scan_id}", pause=0.2)
        assert scan is not None
        assert scan["result"] == "drift", scan
        return scan

    def findings(self) -> list[dict[str, Any]]:
        """Every open finding."""
        code, told = self.call("drift", "list", "--limit", "1000000")
        assert code == 2, told
        found: list[dict[str, Any]] = told["findings"]
        return found

    def verdict(self) -> Verdict:
        """What was planted against what is told."""
        return judge(self.made.control("GET", "differences"), self.findings())

    def faults(self, share: float) -> None:
        """A share of all calls to both systems fails in one way or another from now on."""
        for system in ("zuora", "customersdot"):
            order: Mapping[str, Any] = {"system": system, "share": share, "number": 7}
            self.made.control("POST", "faults/mixture", order)


@contextmanager
def stage(redis: RedisServer, size: Size, trips: Path) -> Iterator[Stage]:
    """The installation, with a worker for runs and those for scans."""
    arguments = {
        "--seed": "tidy",
        "--accounts": size.accounts,
        "--number": size.number,
        "--differences": size.differences,
        "--lag": LAG,
    }
    env = {
        **SETTINGS,
        "HANDOVER_DRIFT_PAGE": str(size.page),
        "HANDOVER_TRIPS": str(trips),
    }
    flat = [str(word) for pair in arguments.items() for word in pair]
    with rehearsal(redis, sandbox_arguments=flat, env=env) as made, ExitStack() as stack:
        ready = Stage(made, size, trips, stack)
        made.add_worker()
        ready.begin()
        yield ready
