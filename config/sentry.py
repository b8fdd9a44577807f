"""Error reports and check-ins of workers and beat: what went wrong and where, not about whom.

Reports are made from the list below and from nothing else: not the text of an exception or a log
line, no argument, local variable, breadcrumb, host name or request.
"""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import sentry_sdk
from sentry_sdk.crons import capture_checkin, monitor
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from config.schedule import Job
from config.settings import Settings
from config.version import version
from config.work import current_work

_EVENT = ("event_id", "timestamp", "level", "platform", "environment", "release")
_CHECK_IN = (
    *("type", "event_id", "timestamp", "environment", "release"),
    *("monitor_slug", "monitor_config", "check_in_id", "status", "duration"),
)
_FRAME = ("module", "function", "lineno")
TAGS = ("run_id", "workflow", "step", "rule", "attempt", "scan_id", "piece")

_DRIFT = "Zuora and CustomersDot have come out of step"

FLUSH_SECONDS = 2
"""How long a process that ends may wait for its last reports to leave."""


def set_up_sentry(settings: Settings) -> None:
    """Reports errors to the address in the settings; without one, nothing is set up.

    What is reported is sent by a thread of the SDK's from a bounded queue, so a tracker that is
    slow or down costs reports and never a run.
    """
    if not settings.sentry_dsn:
        return
    sentry_sdk.init(
        settings.sentry_dsn,
        release=f"handover@{version()}",
        environment=settings.sentry_environment,
        # Named one by one: others add headers to our calls to other systems, or print.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            AtexitIntegration(callback=_say_nothing),
            CeleryIntegration(propagate_traces=False, monitor_beat_tasks=False),
            DedupeIntegration(),
            LoggingIntegration(level=None, sentry_logs_level=None),
        ],
        shutdown_timeout=FLUSH_SECONDS,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        send_client_reports=False,
        auto_session_tracking=False,
        before_send=scrubbed,
    )


def cron_monitor(job: Job) -> AbstractContextManager[object]:
    """Checks a scheduled job in and out, so that one that stays away is noticed.

    Sentry counts in whole minutes; a job of any other rhythm is not monitored.
    """
    monitored = _monitored(job)
    return monitor(**monitored) if monitored else nullcontext()


def check_in(job: Job, status: str, work: str, seconds: float | None = None) -> None:
    """Says how a job stands whose work outlasts the task that began it: `work` names the work.

    `status` is in_progress, ok or error; `seconds` is what it took.
    """
    if monitored := _monitored(job):
        number = uuid.uuid5(uuid.NAMESPACE_OID, f"{job.name} {work}").hex
        capture_checkin(check_in_id=number, status=status, duration=seconds, **monitored)


def _monitored(job: Job) -> dict[str, Any]:
    minutes, rest = divmod(job.seconds, 60)
    if minutes < 1 or rest:
        return {}
    schedule: dict[str, object] = {"type": "interval", "value": int(minutes), "unit": "minute"}
    if job.nightly:
        hour, minute = job.time_of_day
        schedule = {"type": "crontab", "value": f"{minute} {hour} * * *"}
    return {
        "monitor_slug": f"handover-{job.name}",
        "monitor_config": {
            "schedule": schedule,
            "timezone": "UTC",
            "checkin_margin": int(job.grace) // 60,
            "max_runtime": job.longest,
        },
    }


def tell_of_drift(scan_id: str, by_kind: Mapping[str, int], finding_ids: Sequence[str]) -> None:
    """Reports findings that a person should look at: how many of each kind, and their ids."""
    found = {"scan_id": scan_id, "kinds": dict(by_kind), "findings": list(finding_ids)}
    sentry_sdk.capture_event({"message": _DRIFT, "level": "warning"}, hint={"drift": found})


def scrubbed(event: Any, hint: Any) -> Any:
    """The event with what is on the list, because nobody can list what else may name a person."""
    if event.get("type") == "check_in":
        return {name: event[name] for name in _CHECK_IN if name in event}
    kept = {name: event[name] for name in _EVENT if name in event}
    if found := (hint or {}).get("drift"):
        return {**kept, "message": _DRIFT, "tags": {"scan_id": found["scan_id"]}, "extra": found}
    work = current_work()
    kept["tags"] = {name: str(work[name]) for name in TAGS if name in work}
    found = (event.get("exception") or {}).get("values") or [_place_of((hint or {})["log_record"])]
    kept["exception"] = {"values": [_exception(one) for one in found]}
    return kept


def _place_of(record: Any) -> dict[str, Any]:
    """An error that was logged without an exception, told by where that was."""
    frame = {"module": record.name, "function": record.funcName, "lineno": record.lineno}
    return {"type": "LoggedError", "module": record.name, "stacktrace": {"frames": [frame]}}


def _exception(one: dict[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or []
    return {
        "type": one.get("type"),
        "module": one.get("module"),
        "stacktrace": {"frames": [{k: f[k] for k in _FRAME if k in f} for f in frames]},
    }


def _say_nothing(_pending: int, _timeout: float) -> None:
    """The SDK's own words at the end would stand between the lines of the log."""
