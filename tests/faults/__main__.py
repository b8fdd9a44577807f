"""`make campaign`: the whole matrix, or the cases that are named as arguments.

Prints a line per kind, and each violation with the name of its case.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tests.faults.matrix import Case, every_case
from tests.faults.trial import Outcome, theatre
from tests.parts.redis import redis_server

BATCH = 400
"""Cases per installation: lists that hold everything grow with every account."""
WRITTEN_NOTHING = ("refused", "failed", "stale")


def main(names: Sequence[str]) -> int:
    """Plays the cases; the exit status is 1 if one of them was violated."""
    cases = [Case.named(name) for name in names]
    played, failed = 0, []
    for heading, outcomes in groupby(_play(cases), key=lambda outcome: outcome.heading):
        met = list(outcomes)
        played += len(met)
        failed += [outcome for outcome in met if outcome.wrong]
        print(_line(heading, met), flush=True)
        for outcome in met:
            for wrong in outcome.wrong:
                print(f"    {outcome.name}: {wrong}", flush=True)
    replay = " ".join(f"'{outcome.name}'" for outcome in failed) or "'SCENARIO@CALL#N@KIND'"
    kinds = len({case.kind.name for case in cases})
    print(
        f"{kinds} faults, {played} runs, {len(failed)} violations,"
        f' replay with make campaign CASES="{replay}"'
    )
    return 1 if failed else 0


def _play(cases: list[Case]) -> Iterator[Outcome]:
    """Fills `cases` with the whole matrix if it is empty, and plays them by kind."""
    with redis_server() as redis:
        if not cases:
            with theatre(redis) as stage:
                cases += every_case(stage.learn())
        cases.sort(key=lambda case: (case.scenario.expired, case.kind.name))
        for first in range(0, len(cases), BATCH):
            with theatre(redis) as stage:
                yield from stage.play(cases[first : first + BATCH])


def _line(heading: str, met: Iterable[Outcome]) -> str:
    ways = Counter(_way(outcome) for outcome in met)
    wrong = sum(bool(outcome.wrong) for outcome in met)
    counts = "  ".join(f"{ways[way]:4} {way}" for way in ("proved", "asked", "ended unwritten"))
    return f"{heading:34} {counts}  {wrong:3} violations"


def _way(outcome: Outcome) -> str:
    if outcome.first in WRITTEN_NOTHING:
        return "ended unwritten"
    return "proved" if outcome.first == "proved" else "asked"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
