"""Named points at which a test may stop a worker. They do nothing unless a test asks for it.

A test sets HANDOVER_TRIPS to a folder and puts a file `STEP.POINT` there. The first process that
comes by takes it (renames it to `STEP.POINT.hit` and writes its process id into it) and stands
still until `STEP.POINT.go` appears, so that the test can kill or stop it at exactly that point.
"""

import os
import time
from pathlib import Path

BEFORE_CLAIM = "before-claim"
AFTER_CLAIM = "after-claim"
CHECKED = "checked"
BEFORE_SEND = "before-send"
AFTER_REPLY = "after-reply"
AFTER_PROGRESS = "after-progress"
AFTER_JOURNAL = "after-journal"


def trip(step: str, point: str) -> None:
    """Stands still here if a test asked for it."""
    folder = os.environ.get("HANDOVER_TRIPS")
    if not folder:
        return
    wanted = Path(folder) / f"{step}.{point}"
    hit = wanted.with_name(wanted.name + ".hit")
    try:
        wanted.rename(hit)
    except FileNotFoundError:
        return
    hit.write_text(str(os.getpid()))
    while not wanted.with_name(wanted.name + ".go").exists():
        time.sleep(0.01)
