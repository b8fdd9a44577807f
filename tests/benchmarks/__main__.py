"""`make bench`: figures with a baseline of the same run beside each. Asserts nothing."""

from tests.benchmarks import recovery, storm
from tests.parts.redis import redis_server


def main() -> None:
    """Runs every benchmark and prints a line per figure."""
    with redis_server() as redis:
        recovery.run(redis)
    with redis_server() as redis:
        storm.run(redis)


if __name__ == "__main__":
    main()
