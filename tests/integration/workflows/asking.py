"""Short words for what every workflow's tests do: start, answer, look at the end."""

from typing import Any

import handover
from tests.parts.rehearsal import Rehearsal

CREATED = ("billing_account_membership", "create")
REMOVED = ("billing_account_membership", "delete")
SAVED = ("customer", "update")
SAVED_LAST = ("customer", "unchanged-save")
CONTACT = ("billing_account_contact", "update")


def begun(
    installation: Rehearsal, workflow: str, account: dict[str, Any], **fields: Any
) -> tuple[str, dict[str, Any]]:
    """A run, and its report once it has ended or asks."""
    run_id = installation.begin(workflow, account, **fields)
    return run_id, installation.wait(run_id)


def asks(report: dict[str, Any]) -> str:
    """The kind of the question that a run waits with."""
    assert report["state"] == "waiting", report
    return str(report["question"]["kind"])


def answered(
    installation: Rehearsal, run_id: str, *answers: str, by: str = "lee"
) -> dict[str, Any]:
    """Answers one question after the other, and gives the report that follows the last."""
    for given in answers:
        handover.answer(run_id, given, reason="ticket 4712, comment 7", by=by)
        report = installation.wait(run_id)
    return report


def ended(report: dict[str, Any]) -> tuple[str, int]:
    """How a run ended."""
    assert report["state"] == "ended", report
    return report["result"], report["exit_code"]


PROVED = ("proved", 0)
REFUSED = ("refused", 3)
STALE = ("stale", 5)
CANCELLED = ("cancelled", 9)
