"""How long a run stands still after `kill -9` of the worker that had claimed its step."""

import statistics
import tempfile
import time
from pathlib import Path

from config.settings import settings
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.trips import Trips, worker_of

KILLS = 12
STEPS = ("plan_change", "create_membership", "update_sold_to")


def run(redis: RedisServer) -> None:
    """Kills a worker again and again and prints the time until another had taken the step over."""
    with tempfile.TemporaryDirectory() as folder:
        trips = Trips(Path(folder))
        with rehearsal(redis, env={"HANDOVER_TRIPS": folder}) as made:
            for _ in range(2):
                made.add_worker().wait_ready()
            pauses = [_one_kill(made, trips, STEPS[i % len(STEPS)]) for i in range(KILLS)]
            bound = settings().lease_seconds + settings().scan_seconds + 1
    print(
        f"recovery: {KILLS} kills, median {statistics.median(pauses):.2f} s,"
        f" maximum {max(pauses):.2f} s; bound (lease + scan + 1 s) {bound:.2f} s;"
        f" maximum / bound {max(pauses) / bound:.2f}"
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
