"""`handover doctor`: looks at everything that a run needs, and says what to do about it.

It starts nothing and makes nothing: an installation that was never used stays as it is.
"""

from collections.abc import Callable, Iterator
from typing import Any

from config.settings import Settings, SettingsError, settings
from domain.errors import HandoverError, InvalidRequest
from handover.checks import (
    clocks,
    crew,
    database,
    drift,
    environment,
    further,
    here,
    keys,
    neighbours,
    queue,
    redis,
    templates,
    ticket_notes,
)
from handover.checks.finding import Finding, Status, fail
from handover.exits import Exit, of_error
from worker.policies import checked

Check = Callable[[Settings], Iterator[Finding]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("settings", environment.environment),
    ("settings", environment.limits),
    ("keys", keys.keys),
    ("state folder", here.state_folder),
    ("up", here.left_over),
    ("journal", database.journal),
    ("audit", database.audit),
    ("redis", redis.broker),
    ("zuora", neighbours.zuora),
    ("customersdot", neighbours.customersdot),
    ("gitlab", further.gitlab),
    ("mailgun", further.mailgun),
    ("zendesk", further.zendesk),
    ("messages", templates.templates),
    ("workers", crew.workers),
    ("questions", crew.questions),
    ("ticket notes", ticket_notes.ticket_notes),
    ("queue", queue.queue),
    ("beat", crew.beat),
    ("drift", drift.workers),
    ("drift", drift.schedule),
    ("drift", drift.full_scans),
    ("drift", drift.at_work),
    ("clocks", clocks.clocks),
)
_WORST_FIRST = (Exit.USAGE, Exit.UNAVAILABLE, Exit.SIGN_IN)


def examine() -> dict[str, Any]:
    """All findings, and the exit code that they amount to."""
    findings = list(_all())
    return {
        "schema": "handover.doctor/1",
        "findings": [finding.as_dict() for finding in findings],
        "exit_code": int(_verdict(findings)),
    }


def _all() -> Iterator[Finding]:
    try:
        current = checked(settings())
    except SettingsError as error:
        for problem in error.problems:
            yield fail("settings", problem, "Correct it; nothing else was looked at.", Exit.USAGE)
        return
    except OSError as error:
        text = f"{error.filename}: {error.strerror}"
        again = "Give this user the file or folder; nothing else was looked at."
        yield fail("settings", text, again, Exit.UNAVAILABLE)
        return
    yield Finding("settings", Status.OK, "the environment can be used")
    said: set[str] = set()
    for name, check in CHECKS:
        for finding in _guarded(name, check, current):
            if finding.status is not Status.FAIL or finding.says not in said:
                yield finding  # one cause that breaks two checks is told once
            said.add(finding.says)


def _guarded(name: str, check: Check, current: Settings) -> Iterator[Finding]:
    """One check's findings; whatever it stumbles over is a finding, too."""
    try:
        yield from check(current)
    except InvalidRequest as error:
        yield fail(name, "; ".join(error.problems), "", Exit.USAGE)
    except HandoverError as error:
        yield fail(name, str(error), "", of_error(error))
    except Exception as error:  # noqa: BLE001 - the other checks have to go on
        text = f"looking at it failed unexpectedly ({type(error).__name__})"
        yield fail(name, text, "This is a defect of Handover: please report it.", Exit.FAILED)


def _verdict(findings: list[Finding]) -> Exit:
    codes = {f.exit_code for f in findings if f.status is Status.FAIL}
    if not codes:
        return Exit.OK
    return next((code for code in _WORST_FIRST if code in codes), Exit.FAILED)
