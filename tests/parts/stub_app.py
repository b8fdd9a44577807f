"""A small Celery app, to try the worker helpers without the product: `-A tests.parts.stub_app`."""

import os
import time

from celery import Celery

app = Celery("stub", broker=os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0"))
app.conf.task_ignore_result = True


@app.task(name="stub.nap")
def nap(seconds: float, word: str) -> None:
    """Sleep, then print `word`."""
    time.sleep(seconds)
    print(f"said {word}", flush=True)
