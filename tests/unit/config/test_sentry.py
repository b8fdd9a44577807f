"""What reaches an error tracker, over real HTTP, and what never does."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.utils import BadDsn, Dsn

from config.schedule import Job
from config.sentry import check_in, cron_monitor, set_up_sentry, tell_of_drift
from config.settings import Settings, SettingsError, settings
from config.work import working_on
from tests.parts.environment import child_environment
from tests.parts.ingest import Ingest, ingest_endpoint

CANARY = "ada.lovelace@canary.example"
EVENT = {
    "event_id",
    "timestamp",
    "level",
    "platform",
    "environment",
    "release",
    "tags",
    "exception",
}

ENDS_WITH_A_REPORT = """
import logging
from config.logging import set_up_logging
from config.sentry import set_up_sentry
from config.settings import settings
set_up_logging("info")
set_up_sentry(settings())
logging.getLogger("worker.step").error("a defect")
"""


@pytest.fixture
def ingest() -> Iterator[Ingest]:
    """An endpoint of our own to which this very process reports."""
    with ingest_endpoint() as made:
        set_up_sentry(settings_with(SENTRY_DSN=made.dsn))
        yield made
        sentry_sdk.init()


def settings_with(**values: str) -> Settings:
    """Settings of these variables alone."""
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def fail_about(email: str) -> None:
    """Raises with an address in the text and in a local variable."""
    whom = f"for {email}"
    raise ValueError(whom)


def only_event(ingest: Ingest) -> dict[str, Any]:
    """The one event that arrived."""
    sentry_sdk.flush(5)
    (event,) = ingest.items("event")
    return event


def report_a_failure() -> None:
    """An error about somebody, with everything around it that could name them."""
    sentry_sdk.set_user({"email": CANARY})
    sentry_sdk.set_tag("whom", CANARY)
    sentry_sdk.add_breadcrumb(message=CANARY)
    logging.getLogger("somebody.else").warning("before %s", CANARY)
    try:
        fail_about(CANARY)
    except ValueError:
        logging.getLogger("worker.failures").exception("about %s", CANARY, extra={"who": CANARY})


def test_an_error_is_reported_without_whom_it_was_about(ingest: Ingest) -> None:
    """Type and place arrive, and nothing that is not on the list."""
    report_a_failure()
    event = only_event(ingest)
    (found,) = event["exception"]["values"]
    assert found["type"] == "ValueError"
    assert found["stacktrace"]["frames"][-1]["function"] == "fail_about"
    assert set(event) <= EVENT
    assert {key for frame in found["stacktrace"]["frames"] for key in frame} == {
        *("module", "function", "lineno"),
    }
    assert b"canary" not in ingest.everything()


def test_an_error_names_the_work_in_hand(ingest: Ingest) -> None:
    """Run, workflow, step, rule and attempt are tags; the fence is of no use to a reader."""
    with working_on(run_id="ho-1", step="plan", rule="A2, A3"):  # noqa: SIM117 - as the engine does
        with working_on(workflow="change-contact", attempt=2, fence=7):
            report_a_failure()
    assert only_event(ingest)["tags"] == {
        "run_id": "ho-1",
        "workflow": "change-contact",
        "step": "plan",
        "rule": "A2, A3",
        "attempt": "2",
    }


def test_an_error_without_an_exception_is_told_by_its_place(ingest: Ingest) -> None:
    """Celery logs a worker that was lost without an exception; its words stay here."""
    logging.getLogger("celery.worker").error("about %s", CANARY)
    (found,) = only_event(ingest)["exception"]["values"]
    assert (found["type"], found["module"]) == ("LoggedError", "celery.worker")
    assert found["stacktrace"]["frames"][0]["function"].startswith("test_an_error_without")
    assert b"canary" not in ingest.everything()


def test_a_scheduled_job_checks_in_and_out(ingest: Ingest) -> None:
    """With everything that Sentry needs to know when to worry."""
    with cron_monitor(Job("export-heads", 3600)):
        pass
    sentry_sdk.flush(5)
    begun, ended = ingest.items("check_in")
    assert (begun["status"], ended["status"]) == ("in_progress", "ok")
    assert begun["check_in_id"] == ended["check_in_id"]
    assert begun["monitor_slug"] == "handover-export-heads"
    assert begun["monitor_config"] == {
        "schedule": {"type": "interval", "value": 60, "unit": "minute"},
        "timezone": "UTC",
        "checkin_margin": 5,
        "max_runtime": 10,
    }


def test_a_scheduled_job_that_fails_says_so(ingest: Ingest) -> None:
    """The error's text stays here."""
    with pytest.raises(ValueError, match="for"), cron_monitor(Job("export-heads", 60)):
        fail_about(CANARY)
    sentry_sdk.flush(5)
    assert [one["status"] for one in ingest.items("check_in")] == ["in_progress", "error"]
    assert b"canary" not in ingest.everything()


def test_work_that_outlasts_its_task_checks_in_and_out(ingest: Ingest) -> None:
    """Of two processes, by the name of the work; a nightly job is due at its time of day."""
    job = Job("drift-full", 24 * 3600, 9000, "full", grace=3600, longest=720)
    check_in(job, "in_progress", "S-1")
    check_in(job, "error", "S-1", 12.5)
    check_in(job, "ok", "S-2", 1)
    sentry_sdk.flush(5)
    begun, ended, other = ingest.items("check_in")
    assert (begun["status"], ended["status"], ended["duration"]) == ("in_progress", "error", 12.5)
    assert begun["check_in_id"] == ended["check_in_id"] != other["check_in_id"]
    assert begun["monitor_slug"] == "handover-drift-full"
    assert begun["monitor_config"] == {
        "schedule": {"type": "crontab", "value": "30 2 * * *"},
        "timezone": "UTC",
        "checkin_margin": 60,
        "max_runtime": 720,
    }


@pytest.mark.parametrize("seconds", [30, 90, 0.5])
def test_a_rhythm_that_sentry_refuses_is_not_monitored(ingest: Ingest, seconds: float) -> None:
    """Sentry counts in whole minutes."""
    with cron_monitor(Job("export-heads", seconds)):
        pass
    sentry_sdk.flush(5)
    assert ingest.items("check_in") == []


def test_without_an_address_nothing_is_set_up() -> None:
    """An empty setting means that nothing leaves the house."""
    sentry_sdk.init()
    set_up_sentry(settings_with())
    assert sentry_sdk.get_client().dsn is None


@pytest.mark.parametrize(
    "address",
    [
        *("https://key@sentry.example/42", "http://key:secret@h:9000/a/b/7"),
        *("sentry.example/42", "https://sentry.example/42", "https://key@sentry.example/"),
        *("https://key@sentry.example/project", "ftp://key@sentry.example/42", "https://key@/42"),
        *("https://key@h:port/42", "https://key@sentry.example"),
    ],
)
def test_an_address_is_judged_as_the_sdk_judges_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its SDK would refuse at a worker's start is named by the settings before that."""
    monkeypatch.setenv("SENTRY_DSN", address)
    settings.cache_clear()
    try:
        Dsn(address)
    except (BadDsn, ValueError):
        with pytest.raises(SettingsError) as refused:
            settings()
        assert refused.value.problems == [
            "SENTRY_DSN: is no address of a Sentry project, such as https://key@host/42"
        ]
    else:
        assert settings().sentry_dsn == address
    finally:
        settings.cache_clear()


def test_a_process_that_ends_waits_a_moment_and_says_nothing() -> None:
    """A tracker that never answers holds nobody up, and its SDK prints nothing into our log."""
    with ingest_endpoint() as ingest:
        ingest.silence()
        ended = subprocess.run(
            [sys.executable, "-c", ENDS_WITH_A_REPORT],
            env={**child_environment(), "SENTRY_DSN": ingest.dsn},
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        assert ingest.asked.is_set()
    (line,) = ended.stderr.splitlines()
    assert json.loads(line)["message"] == "a defect"


def test_envelopes_are_read_whole() -> None:
    """The endpoint's own reading: a payload per head."""
    ingest = Ingest()
    ingest.bodies.append(b'{}\n{"type":"event"}\n' + json.dumps({"a": 1}).encode() + b"\n")
    assert ingest.items("event") == [{"a": 1}]
    ingest.close()


def test_drift_is_told_by_counts_and_ids(ingest: Ingest) -> None:
    """One message, of the kinds and of which findings; whatever else the process has kept, no."""
    sentry_sdk.set_user({"email": CANARY})
    sentry_sdk.add_breadcrumb(message=CANARY)
    tell_of_drift("S-1", {"copy-missing": 2}, ["F-1", "F-2"])
    event = only_event(ingest)
    assert event["message"] == "Zuora and CustomersDot have come out of step"
    assert (event["level"], event["tags"]) == ("warning", {"scan_id": "S-1"})
    assert event["extra"] == {
        "scan_id": "S-1",
        "kinds": {"copy-missing": 2},
        "findings": ["F-1", "F-2"],
    }
    assert event.keys() <= (EVENT | {"message", "extra"}) - {"exception"}
    assert CANARY not in json.dumps(event)
