"""How long `handover --help` takes, against an interpreter that does nothing."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, ratio_of, spread
from tests.parts.environment import child_environment

ROUNDS = 15


def run() -> Iterator[Figure]:
    """Starts both in turn."""
    ours, bares = [], []
    for _ in range(ROUNDS):
        bares.append(_milliseconds(sys.executable, "-c", "pass"))
        ours.append(_milliseconds(str(Path(sys.executable).with_name("handover")), "--help"))
    ratio = ratio_of(ours, bares)
    limit = "imports: click and the settings"
    yield Figure(
        "handover --help",
        spread(ours, "ms"),
        spread(bares, "ms"),
        f"{ratio:.1f}",
        "<= 6",
        "",
        limit,
    )


def _milliseconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, env=child_environment(), stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000
