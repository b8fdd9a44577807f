"""`python -m sandbox`: run the sandbox until a signal ends it."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sandbox import serve
from sandbox.seed import SEEDS, Seed


def arguments() -> argparse.ArgumentParser:
    """The command line. Settings left out keep the value of the last run in the state folder."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one")
    parser.add_argument("--state", type=Path, required=True, help="folder of the data")
    parser.add_argument("--seed", choices=SEEDS, help="fill an empty state folder")
    parser.add_argument("--accounts", type=int, default=300, help="size of a population")
    parser.add_argument("--number", type=int, default=1, help="what a population is drawn from")
    parser.add_argument("--today", help="date that a population's ages count back from")
    parser.add_argument(
        "--differences", type=int, default=0, help="how many accounts of a tidy one disagree"
    )
    parser.add_argument("--lag", type=float, help="seconds until a side effect arrives")
    parser.add_argument("--unchanged-save-syncs", choices=("yes", "no"))
    parser.add_argument("--sold-to-replacement", choices=("overwrite", "repoint"))
    return parser


def options(given: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given on the command line."""
    syncs = given.unchanged_save_syncs
    wanted = {
        "lag": given.lag,
        "unchanged_save_syncs": None if syncs is None else syncs == "yes",
        "sold_to_replacement": given.sold_to_replacement,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def seed(given: argparse.Namespace) -> Seed | None:
    """What an empty folder is filled with."""
    if given.seed is None:
        return None
    names = ("seed", "accounts", "number", "today", "differences")
    return Seed.of({name: getattr(given, name) for name in names})


def main() -> None:
    """Start, say where, and wait for SIGTERM or SIGINT."""
    parser = arguments()
    given = parser.parse_args()
    try:
        wanted = seed(given)
    except ValueError as mistake:
        parser.error(str(mistake))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    began = time.monotonic()
    running = serve.start(
        given.state, host=given.host, port=given.port, seed=wanted, options=options(given)
    )
    print(f"ready after {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    print(json.dumps({"url": running.url}), flush=True)
    ended.wait()
    running.stop()


if __name__ == "__main__":
    main()
