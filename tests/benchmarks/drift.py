"""Full scans on the clean path, for 10,000 to 1,000,000 accounts: calls, rate and memory.

ACCOUNTS="10000 100000" in the environment chooses other sizes.
"""

import json
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import requests
from sqlalchemy import func, select

from config.settings import settings
from handover import drift
from tests.benchmarks.bare_pages import fetched, looked_at, signed_in
from tests.benchmarks.figures import Figure, ratio_of, spread
from tests.drift.stage import SETTINGS
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal
from tests.parts.waiting import wait_until
from tests.parts.worker import WorkerProcess, worker_process
from worker import runtime
from worker.journal.scan_schema import pieces, scans

SIZES = "10000 100000 1000000"
PROCESSES = 2
"""Of the worker of scans, as the Procfile has it; the baselines have as many."""
SAMPLE = 100
ROUNDS = 3
LARGE = 300_000
"""From here on once is enough, and nothing is measured with a latency."""
LATENCY = 0.25
"""Of a page, in seconds: what a real system takes at least to find, print and send 2,000 rows."""
AS_IN_PRODUCTION = {
    "HANDOVER_LEASE_SECONDS": "30",
    "HANDOVER_WRITE_SECONDS": "20",
    "HANDOVER_READ_SECONDS": "15",
    "HANDOVER_SCAN_SECONDS": "2",
    "HANDOVER_ORPHAN_SECONDS": "5",
    "HANDOVER_RETRY_SECONDS": "2",
}
NO_LIMITS = dict.fromkeys(
    (
        *("concurrency_limit", "object_query_concurrency", "big_query_concurrency"),
        *("rate_per_minute", "rate_per_hour", "rate_per_day"),
    ),
    0,
)
DAY = 24 * 3600
LIMIT = "CPU: normal forms, keyed hashes, writing rows and joining them"


@dataclass
class Measured:
    """One size: scans and bare fetching, in turns."""

    accounts: int
    calls: dict[str, int] = field(default_factory=dict)
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    slow_ours: list[float] = field(default_factory=list)
    slow_bare: list[float] = field(default_factory=list)
    bare_calls: int = 0
    by_account: float = 0
    calls_by_account: float = 0
    memory: list[int] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)


def run(redis: RedisServer) -> Iterator[Figure]:
    """Measures each size on an installation of its own."""
    smallest: Measured | None = None
    for size in map(int, (os.environ.get("ACCOUNTS") or SIZES).split()):
        measured = _measure(redis, size)
        print(measured, flush=True)
        smallest = smallest or measured
        yield from _figures(measured, smallest)


def _measure(redis: RedisServer, accounts: int) -> Measured:
    found = Measured(accounts)
    env = {**TWO_SYSTEMS, **SETTINGS, **AS_IN_PRODUCTION, "HANDOVER_DRIFT_SETTLE_SECONDS": "0"}
    arguments = ("--seed", "tidy", "--accounts", "1", "--lag", "0")
    specs: list[dict[str, Any]] = []
    with rehearsal(redis, env=env, sandbox_arguments=arguments) as made:
        queue = ("-Q", f"{made.env['HANDOVER_QUEUE']}.drift")
        with worker_process(made.env, 1, concurrency=PROCESSES, arguments=queue) as worker:
            worker.wait_ready()
            _one_scan(made, worker, found)  # of a single account: signs in, imports what it needs
            found.ours.clear()
            _fill(made, accounts)
            for _ in range(1 if accounts > LARGE else ROUNDS):
                specs = _one_scan(made, worker, found)
                found.bare.append(_fetch_only(made, specs, found))
            found.memory = _peaks(worker)
            if accounts <= LARGE:
                _with_latency(made, worker, found)
        _one_by_one(made, specs, found)
    return found


def _fill(made: Rehearsal, accounts: int) -> None:
    order = {"seed": "tidy", "accounts": accounts, "number": 1, "differences": 0}
    url = f"{made.sandbox.url}/_sandbox/reset"
    assert requests.post(url, json=order, timeout=DAY).ok
    made.control("PUT", "settings", NO_LIMITS)


def _one_scan(made: Rehearsal, worker: WorkerProcess, found: Measured) -> list[dict[str, Any]]:
    """A scan from its opening to its end; what its reading pieces covered."""
    parts = {"workers": worker.children(), "sandbox": [made.sandbox.pid]}
    before = {name: _cpu(pids) for name, pids in parts.items()}
    scan_id = drift.scan("full").id
    row = wait_until(lambda: _ended(scan_id), DAY, "the scan to end", pause=0.1)
    assert row.result == "clean", row
    counts = json.loads(row.counts)
    found.calls = {system: counts[f"calls_{system}"] for system in ("zuora", "customersdot")}
    found.accounts = counts["accounts"]
    found.ours.append((row.ended_at - row.opened_at) / 1000)
    found.cpu = {name: _cpu(pids) - before[name] for name, pids in parts.items()}
    found.phases, specs = _phases(scan_id, row.opened_at)
    return specs


def _ended(scan_id: str) -> Any:
    with runtime.journal().read() as tx:
        query = select(scans).where(scans.c.id == scan_id, scans.c.ended_at.is_not(None))
        return tx.conn.execute(query).one_or_none()


def _phases(scan_id: str, opened_at: int) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Seconds from the end of the phase before to that of each, and the pieces that read."""
    of_scan = pieces.c.scan_id == scan_id
    with runtime.journal().read() as tx:
        ends = tx.conn.execute(
            select(pieces.c.phase, func.max(pieces.c.done_at).label("at"))
            .where(of_scan)
            .group_by(pieces.c.phase)
            .order_by("at")
        ).all()
        read = select(pieces.c.spec).where(of_scan, pieces.c.phase == "read").order_by(pieces.c.n)
        specs = [json.loads(spec) for spec in tx.conn.execute(read).scalars()]
    marks = [opened_at, *(end.at for end in ends)]
    seconds = [(until - since) / 1000 for since, until in pairwise(marks)]
    return dict(zip((end.phase for end in ends), seconds, strict=True)), specs


def _fetch_only(made: Rehearsal, specs: Sequence[dict[str, Any]], found: Measured) -> float:
    width = settings().drift_page
    seconds, found.bare_calls = fetched(
        specs, made.sandbox.url, made.env, processes=PROCESSES, width=width
    )
    return seconds


def _with_latency(made: Rehearsal, worker: WorkerProcess, found: Measured) -> None:
    quick = Measured(found.accounts)
    made.control("PUT", "settings", dict.fromkeys(("read_latency", "write_latency"), LATENCY))
    specs = _one_scan(made, worker, quick)
    found.slow_ours = quick.ours
    found.slow_bare.append(_fetch_only(made, specs, quick))
    made.control("PUT", "settings", dict.fromkeys(("read_latency", "write_latency"), 0))


def _one_by_one(made: Rehearsal, specs: Sequence[dict[str, Any]], found: Measured) -> None:
    windows = (one for one in specs if one.get("what") == "Account")
    spec = max(windows, key=lambda one: one["counted"])
    known = signed_in(made.sandbox.url, made.env).account_ids(spec)
    sample = random.Random(1).sample(known, min(SAMPLE, len(known)))
    seconds, calls = looked_at(sample, made.env, processes=PROCESSES)
    found.by_account = len(sample) / seconds
    found.calls_by_account = 1000 * calls / len(sample)


def _cpu(pids: Sequence[int]) -> float:
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def _peaks(worker: WorkerProcess) -> list[int]:
    """The most that each process of the worker ever held, in MB: VmHWM of Linux."""
    return [_peak(pid) for pid in (worker.pid, *worker.children())]


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def _figures(found: Measured, smallest: Measured) -> Iterator[Figure]:
    size = f"{found.accounts:,} accounts"
    per_thousand = {s: 1000 * calls / found.accounts for s, calls in found.calls.items()}
    yield Figure(
        f"calls per 1,000, {size}",
        ", ".join(f"{system} {calls:.2f}" for system, calls in per_thousand.items()),
        f"{found.calls_by_account:.0f} account by account",
        f"{sum(per_thousand.values()) / found.calls_by_account:.5f}",
        "<= 3 in all",
        f"{1000 * found.bare_calls / found.accounts:.2f} pages",
        "rows of a page: 2,000 in Zuora, 5,000 ids in CustomersDot",
    )
    yield _rate(found, f"accounts per second, {size}", found.ours, found.bare)
    if found.slow_ours:
        name = f"at {LATENCY * 1000:.0f} ms a page, {size}"
        yield _rate(found, name, found.slow_ours, found.slow_bare)
    rates = [found.accounts / seconds for seconds in found.ours]
    yield Figure(
        f"against one by one, {size}",
        spread(rates, "/s"),
        f"{found.by_account:.1f} /s, from {SAMPLE} accounts",
        f"{max(rates) / found.by_account:.0f}",
        "",
        "",
        "the calls of a confirming read",
    )
    growth = max(found.memory) / max(smallest.memory)
    yield Figure(
        f"peak memory, {size}",
        f"{'/'.join(map(str, found.memory))} MB",
        f"{'/'.join(map(str, smallest.memory))} MB at {smallest.accounts:,}",
        f"{growth:.2f}",
        "< 1.1, < 200 MB",
        "",
        "imports; one page of either system",
    )
    phases = ", ".join(f"{name} {seconds:.1f}" for name, seconds in found.phases.items())
    cpu = ", ".join(f"{name} {seconds:.1f}" for name, seconds in found.cpu.items())
    yield Figure(f"seconds by phase, {size}", phases, f"CPU: {cpu}", "", "", "", "")


def _rate(found: Measured, name: str, ours: Sequence[float], bare: Sequence[float]) -> Figure:
    rates, others = ([found.accounts / seconds for seconds in each] for each in (ours, bare))
    return Figure(
        name,
        spread(rates, "/s"),
        f"{spread(others, '/s')} fetched only",
        f"{ratio_of(rates, others):.2f}",
        ">= 0.7",
        f"{1000 * PROCESSES * min(bare) / found.bare_calls:.0f} ms a page",
        LIMIT,
    )
