"""`make drift`: the play at the size of a customer base. Prints what came out; exit 1 if wrong.

make drift ACCOUNTS=100000 DIFFERENCES=1000
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.drift.playing import Played, play
from tests.drift.stage import Size
from tests.parts.redis import redis_server

SHOWN = 40


def main(accounts: int, differences: int) -> int:
    """Plays once; the exit status is 1 if anything was missed, false or otherwise."""
    size = Size(accounts, differences, runs=20, workers=2, seconds=1800)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as trips, redis_server() as redis:
        played = play(redis, size, Path(trips))
    print(f"{accounts} accounts, {differences} planted, in {time.monotonic() - begun:.0f} s")
    _tell(played)
    return 1 if played.wrong else 0


def _tell(played: Played) -> None:
    for name, scan in zip(("under fire", "in peace"), played.scans, strict=True):
        seconds = (scan["ended_at"] - scan["opened_at"]) / 1000
        counts = {k: scan[k] for k in ("accounts", "suspects", "in_flight", "new", "resolved")}
        print(f"{name}: {seconds:.0f} s, calls {scan['calls']}, {counts}")
    print(f"{played.runs} runs meanwhile; {played.findings} findings; {len(played.wrong)} wrong")
    for kind, count in Counter(line.partition(":")[0] for line in played.wrong).items():
        print(f"    {count} {kind}")
    for line in played.wrong[:SHOWN]:
        print(f"    {line}")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
