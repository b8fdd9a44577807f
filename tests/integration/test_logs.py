"""The log of a real worker and a real beat: lines of JSON that say which run they belong to."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.parts import beat_process, wait_until
from tests.parts.postgres import PostgresServer
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import CANARY, Rehearsal, rehearsal
from worker import runtime

WITHIN = ("run_id", "workflow", "step", "rule", "attempt", "fence")
UNDOCUMENTED = {"kind": "status", "system": "zuora", "path": "/v1/accounts", "code": 418}
SIGN_IN_LATER = {"kind": "status", "system": "customersdot", "path": "/admin", "code": 503}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """A worker that tells everything."""
    with rehearsal(redis_server, env={"HANDOVER_LOG_LEVEL": "debug"}) as made:
        made.add_worker().wait_ready()
        yield made


@pytest.fixture(scope="module")
def told(installation: Rehearsal) -> list[dict[str, Any]]:
    """Every line of a worker that did a run well, one with retries, and one with a defect."""
    first = installation.start(installation.account())
    assert installation.wait(first)["result"] == "proved"
    installation.control("POST", "faults", {**SIGN_IN_LATER, "times": 6})
    second = installation.start(installation.account())
    assert installation.wait(second)["result"] == "proved"
    installation.control("POST", "faults", UNDOCUMENTED)
    third = installation.start(installation.account())
    assert installation.wait(third)["reason"] == "defect"
    (worker,) = installation.workers
    wait_until(lambda: "status 418" in worker.output(), message="the defect's line")
    assert CANARY.findall(worker.output().encode()) == []
    return [json.loads(line) for line in worker.output().splitlines()]


def test_every_line_says_when_how_grave_where_and_what(told: list[dict[str, Any]]) -> None:
    """Celery's own lines as well; times are in UTC."""
    assert all(line.keys() >= {"at", "level", "logger", "message"} for line in told)
    assert all(line["at"].endswith("Z") and datetime.fromisoformat(line["at"]) for line in told)
    assert {"celery.apps.worker", "worker.step", "clients.http"} <= {ln["logger"] for ln in told}


def test_lines_within_a_step_name_it(told: list[dict[str, Any]]) -> None:
    """Those of the clients too, which know nothing of runs."""
    own = ("clients.http", "worker.step", "worker.failures")
    # What is read for the notes on tickets belongs to no step.
    within = [line for line in told if line["logger"] in own and "/tickets/" not in line["message"]]
    assert len({line["run_id"] for line in within}) == 3
    assert {line["step"] for line in within} >= {"verify_ownership", "plan_change", "prove_sold_to"}
    assert [line for line in within if not line.keys() >= set(WITHIN)] == []


def test_a_retried_step_counts_its_attempts(told: list[dict[str, Any]]) -> None:
    """So that the lines of two tries can be told apart."""
    tried = {line["attempt"] for line in told if line.get("logger") == "clients.http"}
    assert {1, 2} <= tried


def test_a_defect_is_told_by_its_place(told: list[dict[str, Any]]) -> None:
    """As an error, with the frames in our code."""
    (line,) = [line for line in told if line.get("exception") == "Defect"]
    assert (line["level"], line["step"]) == ("error", "verify_ownership")
    assert line["frames"][0].startswith("worker.step:")
    assert line["frames"][-1].startswith("clients.")


def test_nothing_is_said_of_a_run_outside_of_its_steps(told: list[dict[str, Any]]) -> None:
    """What was named for one step is gone with it."""
    outside = [line for line in told if line["logger"].startswith("celery.apps")]
    assert [line for line in outside if "run_id" in line] == []


def test_the_thread_that_prolongs_a_lease_names_the_run(
    redis_server: RedisServer, postgres_server: PostgresServer
) -> None:
    """It can't reach the journal while the step waits for Zuora; the run is proved all the same."""
    url = postgres_server.create_database()
    limits = {"HANDOVER_READ_SECONDS": "30", "HANDOVER_WRITE_SECONDS": "1.5"}
    with rehearsal(redis_server, database_url=url, env=limits) as made:
        worker = made.add_worker()
        worker.wait_ready()
        fault = made.control("POST", "faults", {**UNDOCUMENTED, "kind": "hold_before_commit"})["id"]
        run_id = made.start(made.account())
        wait_until(lambda: made.control("GET", f"faults/{fault}")["held"], message="a read")
        postgres_server.kill9()
        wait_until(lambda: "could not be prolonged" in worker.output(), message=worker.output)
        postgres_server.restart()
        # Our own connection was used too recently to be tried before it is used again.
        runtime.journal().engine.dispose()
        made.control("POST", f"faults/{fault}/release")
        assert made.wait(run_id)["result"] == "proved"
        lines = [json.loads(line) for line in worker.output().splitlines()]
        prolonging = [line for line in lines if "could not be prolonged" in line["message"]]
        assert {line.get("run_id") for line in prolonging} == {run_id}


def test_beat_writes_the_same_lines(installation: Rehearsal) -> None:
    """From its first one on."""
    with beat_process(installation.env) as beat:
        wait_until(lambda: "beat: Starting..." in beat.output(), 60, beat.output)
        lines = [json.loads(line) for line in beat.output().splitlines()]
    assert all(line["at"].endswith("Z") for line in lines)
