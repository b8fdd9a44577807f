"""Error reports for workers and beat: what went wrong and where, and nothing about whom."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration

_KEPT = ("event_id", "timestamp", "level", "platform", "logger", "environment", "release", "sdk")
_FRAME = ("filename", "module", "function", "lineno", "in_app")


def set_up_sentry(dsn: str) -> None:
    """Reports errors to `dsn`; without one, nothing is set up."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn,
        # Messages carry a run id and nothing else, so no trace either.
        integrations=[CeleryIntegration(propagate_traces=False)],
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        before_send=_scrubbed,
    )


def _scrubbed(event: Any, _hint: Any) -> Any:
    """The event with what is on the list, because nobody can list what else may name a person.

    An exception's own text is left out: it may quote data that we did not choose.
    """
    kept = {name: event[name] for name in _KEPT if name in event}
    found = (event.get("exception") or {}).get("values") or []
    kept["exception"] = {"values": [_exception(one) for one in found]}
    return kept


def _exception(one: dict[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or []
    return {
        "type": one.get("type"),
        "module": one.get("module"),
        "stacktrace": {"frames": [{k: f[k] for k in _FRAME if k in f} for f in frames]},
    }
