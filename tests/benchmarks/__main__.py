"""`make bench`: figures with a baseline of the same run beside each. Asserts nothing.

Names on the command line choose: overhead, throughput, help, recovery, storm, drift.
"""

import sys
import time
from collections.abc import Callable, Iterator

from tests.benchmarks import command_line, drift, overhead, recovery, storm, throughput
from tests.benchmarks.figures import Figure, table
from tests.parts.postgres import postgres_server
from tests.parts.redis import RedisServer, redis_server


def _throughput(redis: RedisServer) -> Iterator[Figure]:
    with postgres_server() as postgres:
        yield from throughput.run(redis, postgres)


BENCHMARKS: dict[str, Callable[[RedisServer], Iterator[Figure]]] = {
    "overhead": overhead.run,
    "throughput": _throughput,
    "help": lambda _: command_line.run(),
    "recovery": recovery.run,
    "storm": storm.run,
    "drift": drift.run,
}


def main() -> None:
    """Runs the benchmarks that were asked for, all by default, and prints one table."""
    figures: list[Figure] = []
    for name in sys.argv[1:] or BENCHMARKS:
        begun = time.monotonic()
        # Each has a broker of its own: what one leaves behind is not the next one's business.
        with redis_server() as redis:
            fresh = list(BENCHMARKS[name](redis))
        figures += fresh
        seconds = time.monotonic() - begun
        print(f"{name}, measured in {seconds:.0f} s:\n{table(fresh)}\n", flush=True)
    print(f"smallest/median/largest; a ratio is the median of pairs\n{table(figures)}")


if __name__ == "__main__":
    main()
