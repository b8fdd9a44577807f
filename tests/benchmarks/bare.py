"""A Celery app with chains of no-op tasks: what the journal's price is measured against."""

import os
from functools import lru_cache

from celery import Celery, chain
from redis import Redis

from tasks.canvases import CHANGE_CONTACT

STEPS = len(CHANGE_CONTACT.steps)
DONE = "bare.done"

REDIS = os.environ.get("BENCH_REDIS", "redis://127.0.0.1:1/0")

app = Celery("bare", broker=REDIS, set_as_current=False)
app.conf.task_ignore_result = True
app.conf.task_default_queue = "bare"


@lru_cache(maxsize=1)
def _redis() -> Redis:
    return Redis.from_url(REDIS)


@app.task(name="bare.step")
def step(_: str) -> None:
    """Do nothing."""


@app.task(name="bare.last")
def last(_: str) -> None:
    """Count one chain as done."""
    _redis().incr(DONE)


def publish(run_id: str) -> None:
    """Send one chain of as many tasks as a run has steps."""
    tasks = [step.si(run_id)] * (STEPS - 1)
    chain(*tasks, last.si(run_id)).apply_async()
