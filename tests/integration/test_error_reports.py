"""Error reports and check-ins of real workers and a real beat, over real HTTP."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.beat import PersistentScheduler

from config.settings import settings
from tasks.ownership_verification import verify_ownership
from tests.parts import beat_process, free_port, wait_until
from tests.parts.ingest import Ingest, ingest_endpoint
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import CANARY, Rehearsal, rehearsal
from tests.parts.worker import worker_process
from worker.app import app

UNDOCUMENTED = {"kind": "status", "system": "zuora", "path": "/v1/accounts", "code": 418}
RULES = ", ".join(verify_ownership.rules)
HELD = {"kind": "hold_before_commit", "system": "zuora", "path": "/v1/accounts"}
PATIENT = {
    "HANDOVER_READ_SECONDS": "30",
    "HANDOVER_WRITE_SECONDS": "29",
    "HANDOVER_LEASE_SECONDS": "30",
}
HEADS_ALONE = {
    "HANDOVER_HEADS_SECONDS": "60",
    "HANDOVER_DRIFT_AT": "none",
    "HANDOVER_DRIFT_PROVED_MINUTES": "0",
}


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    """An ingest endpoint of our own."""
    with ingest_endpoint() as made:
        yield made


@pytest.fixture
def installation(redis_server: RedisServer, ingest: Ingest) -> Iterator[Rehearsal]:
    """An installation that reports there, without a worker yet."""
    env = {"SENTRY_DSN": ingest.dsn, "SENTRY_ENVIRONMENT": "rehearsal"}
    with rehearsal(redis_server, env={**env, **HEADS_ALONE}) as made:
        yield made


def a_defect(made: Rehearsal) -> str:
    """A run that met an answer which nothing documents; the answer names somebody."""
    account = made.account()
    body = json.dumps({"message": f"no tea for {account['sold_to']['email']}"})
    made.control("POST", "faults", {**UNDOCUMENTED, "body": body})
    run_id = made.start(account)
    assert made.wait(run_id)["reason"] == "defect"
    return run_id


def one_event(ingest: Ingest) -> dict[str, Any]:
    """The one event that arrives."""
    (event,) = wait_until(lambda: ingest.items("event"), message="an event")
    return dict(event)


def test_a_defect_of_a_step_arrives_with_its_run(installation: Rehearsal, ingest: Ingest) -> None:
    """Found by an undocumented answer of Zuora's; the answer itself stays here."""
    installation.add_worker().wait_ready()
    run_id = a_defect(installation)
    event = one_event(ingest)
    assert event["tags"] == {
        "run_id": run_id,
        "workflow": "change-contact",
        "step": "verify_ownership",
        "rule": RULES,
        "attempt": "1",
    }
    assert [one["type"] for one in event["exception"]["values"]] == ["Defect"]
    assert event["environment"] == "rehearsal"
    assert event["release"].startswith("handover@")
    assert CANARY.findall(ingest.everything()) == []


def test_an_error_that_quotes_somebody_is_told_without_them(
    installation: Rehearsal, ingest: Ingest
) -> None:
    """Text, local variable and another package's log line name somebody; nothing of it leaves."""
    account = installation.account()
    env = {**installation.env, "TEST_ABOUT": account["sold_to"]["email"]}
    with worker_process(env, concurrency=1, app="tests.parts.defective_app") as worker:
        installation.workers.append(worker)
        worker.wait_ready()
        run_id = installation.start(account)
        assert installation.wait(run_id)["reason"] == "defect"
        event = one_event(ingest)
        assert installation.leaks() == []
        installation.workers.remove(worker)
    assert event["tags"]["run_id"] == run_id
    (found,) = event["exception"]["values"]
    assert (found["type"], found["stacktrace"]["frames"][-1]["function"]) == (
        "ValueError",
        "_account",
    )
    assert CANARY.findall(ingest.everything()) == []


@pytest.mark.parametrize("how", ["TimeLimitExceeded", "WorkerLostError"])
def test_a_step_that_is_killed_arrives_with_its_run(
    redis_server: RedisServer, ingest: Ingest, how: str
) -> None:
    """It can't tell any more; the worker's main process does, in lines like all others."""
    limit = "2" if how == "TimeLimitExceeded" else "200"
    env = {"SENTRY_DSN": ingest.dsn, **PATIENT, "HANDOVER_STEP_LIMIT_SECONDS": limit}
    with rehearsal(redis_server, env=env) as made:
        worker = made.add_worker()
        worker.wait_ready()
        fault = made.control("POST", "faults", HELD)["id"]
        run_id = made.start(made.account())
        if how == "WorkerLostError":
            wait_until(lambda: made.control("GET", f"faults/{fault}")["held"])
            worker.kill9_child()
        event = wait_until(lambda: reported(ingest, how), message=worker.output)
        wanted = {"run_id": run_id, "step": "verify_ownership", "rule": RULES}
        assert event == {**event, "tags": wanted}
        wait_until(lambda: "exited with" in worker.output(), message=worker.output)
        lines = [json.loads(line) for line in worker.output().splitlines()]
        assert [ln for ln in lines if ln["level"] == "error" and ln.get("run_id") == run_id]


def reported(ingest: Ingest, kind: str) -> dict[str, Any]:
    """The event about an exception of this type; empty as long as there is none."""
    found = (e for e in ingest.items("event") if e["exception"]["values"][-1]["type"] == kind)
    return next(found, {})


def test_a_scheduled_job_checks_in(installation: Rehearsal, ingest: Ingest, tmp_path: Path) -> None:
    """Beat sends it, a worker does it and says so."""
    installation.add_worker().wait_ready()
    schedule = tmp_path / "schedule"
    remember_an_hour_ago(schedule)
    with beat_process(installation.env, arguments=("--schedule", str(schedule))):
        wait_until(lambda: len(ingest.items("check_in")) == 2, 60, "two check-ins")
    begun, ended = ingest.items("check_in")
    assert (begun["status"], ended["status"]) == ("in_progress", "ok")
    assert begun["check_in_id"] == ended["check_in_id"]
    assert begun["monitor_config"]["checkin_margin"] == 5
    assert begun["monitor_config"]["max_runtime"] == 10
    assert (installation.state / "heads.jsonl").exists()


def test_an_error_of_beat_arrives(installation: Rehearsal, ingest: Ingest) -> None:
    """It can't send to a Redis that is not there."""
    nowhere = {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    schedule = installation.state / "schedule"
    remember_an_hour_ago(schedule)
    env = {**installation.env, **nowhere}
    with beat_process(env, arguments=("--schedule", str(schedule))) as beat:
        event = wait_until(lambda: ingest.items("event"), 60, beat.output)[0]
    assert event["exception"]["values"][-1]["stacktrace"]["frames"]


@pytest.mark.parametrize("how", ["silent", "gone"])
def test_a_tracker_that_does_not_answer_costs_no_run(
    installation: Rehearsal, ingest: Ingest, how: str
) -> None:
    """A defect is waiting to be reported; the next run is proved, and the worker can end."""
    ingest.silence()
    if how == "gone":
        installation.env["SENTRY_DSN"] = f"http://key@127.0.0.1:{free_port()}/1"
    worker = installation.add_worker()
    worker.wait_ready()
    a_defect(installation)
    if how == "silent":
        assert ingest.asked.wait(30)
    report = installation.wait(installation.start(installation.account()))
    assert report["result"] == "proved", report
    worker.terminate()
    assert worker.wait(30) == 0
    assert "Sentry" not in worker.output()


def test_a_wrong_address_is_named_at_the_start(installation: Rehearsal) -> None:
    """A worker ends at once and says which variable is wrong, without quoting it."""
    installation.env["SENTRY_DSN"] = "https://secret@sentry.example/not-a-number"
    worker = installation.add_worker()
    assert worker.wait(60) != 0
    assert "SENTRY_DSN: is no address of a Sentry project" in worker.output()
    assert "secret" not in worker.output()


def remember_an_hour_ago(schedule: Path) -> None:
    """Makes the memory of a beat that was last at work an hour ago: it sends what is overdue."""
    assert settings().heads_seconds == 60
    memory = PersistentScheduler(app, schedule_filename=str(schedule))
    for entry in memory.schedule.values():
        entry.last_run_at = datetime.now(UTC) - timedelta(hours=1)
    memory.close()
