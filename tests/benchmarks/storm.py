"""Three hundred runs at once: deliveries against the ideal, the sandbox's own floor beside it."""

import time
from collections.abc import Iterator

import requests

from tests.benchmarks.figures import Figure
from tests.faults.test_broker import PATIENT, STEPS, deliveries
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal

RUNS = 300
FLOOR_CALLS = 500


def run(redis: RedisServer) -> Iterator[Figure]:
    """Queues the runs while nobody works, starts two workers, and waits for the last proof."""
    with rehearsal(redis, env={**TWO_SYSTEMS, **PATIENT}) as made:
        floor = _floor(made)
        runs = [made.start(account) for account in made.new_accounts(RUNS)]
        workers = [made.add_worker() for _ in range(2)]
        for worker in workers:
            worker.wait_ready()
        begun = time.monotonic()
        for run_id in runs:
            assert made.wait(run_id, 600)["result"] == "proved"
        seconds = time.monotonic() - begun
        count = deliveries(made)
    ideal = RUNS * STEPS
    yield Figure(
        f"deliveries of {RUNS} runs at once",
        f"{count} in {seconds:.0f} s",
        f"ideal {ideal}",
        f"{count / ideal:.3f}",
        "<= 1.2",
        f"{floor:.0f} reads/s",
        "quiet times and recovery send again; the sandbox, for the time",
    )


def _floor(made: Rehearsal) -> float:
    with requests.Session() as session:
        begun = time.monotonic()
        for _ in range(FLOOR_CALLS):
            session.get(f"{made.sandbox.url}/_sandbox/settings", timeout=10)
        return FLOOR_CALLS / (time.monotonic() - begun)
