"""How long a run stands still after `kill -9` of the worker that had claimed its step."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from config.settings import settings
from tests.benchmarks.figures import Figure, spread
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal
from tests.parts.trips import Trips, worker_of

KILLS = 12
STEPS = ("plan_change", "create_membership", "update_sold_to")


def run(redis: RedisServer) -> Iterator[Figure]:
    """Kills a worker again and again and takes the time until another has the step."""
    with tempfile.TemporaryDirectory() as folder:
        trips = Trips(Path(folder))
        with rehearsal(redis, env={**TWO_SYSTEMS, "HANDOVER_TRIPS": folder}) as made:
            for _ in range(2):
                made.add_worker().wait_ready()
            pauses = [_one_kill(made, trips, STEPS[i % len(STEPS)]) for i in range(KILLS)]
            bound = settings().lease_seconds + settings().scan_seconds + 1
    yield Figure(
        f"standstill after {KILLS} kill -9",
        spread(pauses, "s", 2),
        f"bound {bound:.1f} s",
        f"{max(pauses) / bound:.2f}",
        "max <= 1",
        "",
        "lease + scan interval + 1 s, all settings",
    )


def _one_kill(made: Rehearsal, trips: Trips, step: str) -> float:
    account = made.account()
    trips.set(step, "after-claim")
    run_id = made.start(account)
    victim = worker_of(made, trips.wait_hit(step, "after-claim"))
    killed = time.time()
    victim.kill9()
    made.add_worker()
    assert made.wait(run_id)["result"] == "proved"
    claims = [e for e in made.events(run_id) if e["kind"] == "step.claimed" and e["step"] == step]
    return float(claims[1]["at"] / 1000 - killed)
