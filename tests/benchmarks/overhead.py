"""A whole run against the same HTTP calls made by a bare script, at two latencies.

Waiting that is there by design is switched off: no quiet time, no sync lag in the sandbox. Runs and
replays alternate, so that whatever else the machine does bears on both.
"""

import time
from collections.abc import Iterator
from typing import Any

import requests

from tasks.canvases import CHANGE_CONTACT
from tests.benchmarks.figures import Figure, ratio_of, spread
from tests.benchmarks.reasons import listing
from tests.benchmarks.recording import BareScript, Recorded, record
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import TWO_SYSTEMS, Rehearsal, rehearsal
from tests.parts.sandbox import SandboxProcess, sandbox_process

NO_WAITING = {"HANDOVER_QUIET_SECONDS": "0"}
NO_LAG = ("--lag", "0")
ROUNDS = {0.0: 15, 0.05: 8}
STEPS = len(CHANGE_CONTACT.steps)


def run(redis: RedisServer) -> Iterator[Figure]:
    """Prints the calls of a run, then measures."""
    with (
        sandbox_process(arguments=NO_LAG) as bare,
        rehearsal(redis, env={**TWO_SYSTEMS, **NO_WAITING}, sandbox_arguments=NO_LAG) as made,
    ):
        first, second = made.new_accounts(2)
        record(made, first)  # signs in
        calls = record(made, second)
        print(listing(calls), flush=True)
        made.add_worker().wait_ready()
        _one_run(made)  # the worker signs in
        for latency, rounds in ROUNDS.items():
            yield from _compare(made, bare, calls, latency, rounds)


def _compare(
    made: Rehearsal, bare: SandboxProcess, calls: list[Recorded], latency: float, rounds: int
) -> Iterator[Figure]:
    pause = {"read_latency": latency, "write_latency": latency}
    made.control("PUT", "settings", pause)
    ours, bares = [], []
    for _ in range(rounds):
        ours.append(_one_run(made) * 1000)
        bares.append(_one_replay(bare, calls, pause) * 1000)
    ratio = ratio_of(ours, bares)
    floor = f"{sorted(bares)[rounds // 2] / len(calls):.1f} ms/call"
    where = f"at {latency * 1000:.0f} ms latency"
    yield Figure(
        f"run of {len(calls)} calls {where}",
        spread(ours, "ms"),
        spread(bares, "ms"),
        f"{ratio:.2f}",
        "<= 1.05" if latency else "",
        floor,
        "the overhead per step, and nothing else" if latency else "our share is all that remains",
    )
    if not latency:
        per_step = [(one - other) / STEPS for one, other in zip(ours, bares, strict=True)]
        yield Figure(
            "overhead per step",
            spread(per_step, "ms", 1),
            "0 ms",
            "",
            "",
            floor,
            "SQL statements, commits (fsync), one Celery message, reading forms",
        )


def _one_run(made: Rehearsal) -> float:
    """Seconds from accepting a request to its proof; a run that had to wait is not counted."""
    while True:
        run_id = made.start(made.account())
        assert made.wait(run_id)["result"] == "proved"
        events = made.events(run_id)
        if not any(event["kind"] == "step.parked" for event in events):
            return float(events[-1]["at"] - events[0]["at"]) / 1000


def _one_replay(bare: SandboxProcess, calls: list[Recorded], pause: dict[str, float]) -> float:
    """Seconds of the recorded calls, in a world that is as it was when they were recorded."""
    _control(bare, "POST", "reset", {"seed": None})
    _control(bare, "PUT", "settings", {"lag": 0, "read_latency": 0, "write_latency": 0})
    _control(bare, "POST", "accounts", {"count": 2})
    script = BareScript(bare.url, bare.env)
    script.sign_in()
    _control(bare, "PUT", "settings", pause)
    # Both sides begin with a machine that has come to rest.
    time.sleep(0.05)
    return script.replay(calls)


def _control(bare: SandboxProcess, method: str, path: str, body: dict[str, Any]) -> None:
    requests.request(
        method, f"{bare.url}/_sandbox/{path}", json=body, timeout=30
    ).raise_for_status()
