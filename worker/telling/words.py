"""Words that all texts about a run have in common; reports come from `worker.telling.reports`."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from domain.questions_self_service import THE_CUSTOMERS_TURN

Report = Mapping[str, Any]

_STATES = {
    "requested": "accepted; no worker has taken it up yet",
    "verifying": "the evidence is being verified and the change planned",
    "planned": "planned",
    "applying": "the plan is being carried out",
    "proving": "everything is written; the proof is being read",
    "waiting": "waits for a person",
}
_RESULTS = {
    "proved": "done, and proved in Zuora",
    "refused": "refused",
    "stale": "stopped: the systems are not as planned",
    "failed": "failed",
    "cancelled": "cancelled",
}


_READERS = {
    "requester": "the requester",
    "new-contact": "the new contact",
    "sold-to": "the Sold To",
    "account-manager": "the Account Manager",
    "billing": "Billing",
    "legal": "Legal",
    "support": "support",
}


def state_text(report: Report) -> str:
    """The state in plain words."""
    if report["state"] == "ended":
        return _RESULTS[report["result"]]
    if report["state"] == "waiting" and report.get("reason") in THE_CUSTOMERS_TURN:
        return "waits for the customer"
    return _STATES.get(report["state"], str(report["state"]))


def expiry_text(question: Report, told: Callable[[int], str]) -> str:
    """Until when a question waits; empty if for ever. `told` puts a moment into words."""
    if question["overdue"]:
        return ", OVERDUE"
    return f", expires {told(question['expires_at'])}" if question["expires_at"] else ""


def second_person_text(asked: Report) -> str:
    """Who may not answer."""
    return f"Somebody other than {' and '.join(asked['no_second_person'])} has to answer."


def answered_text(question: Report) -> str:
    """A closed question: what was asked, what was answered, and by whom."""
    if question["answer"] is None:
        return f"{question['kind']}: closed without an answer by {question['answered_by']}"
    return f"{question['kind']}: {question['answer']}, answered by {question['answered_by']}"


def answer_command(asked: Report, answer: str) -> str:
    """The command that gives an answer, to be copied as it stands."""
    plan = f" --plan {asked['plan_checksum'][:12]}" if answer == "approve" else ""
    evidence = " --evidence FILE" if answer == "better-evidence" else ""
    return f"handover answer {asked['run']} {answer}{plan}{evidence} --reason TEXT"


def reader_text(role: str) -> str:
    """For whom a message is, as people say it."""
    return _READERS.get(role, role)


def moment_utc(milliseconds: int) -> str:
    """Date and time to the second in UTC, for readers who may be anywhere."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def changed_fields(change: Mapping[str, Any]) -> Collection[str]:
    """The fields that differ. Two different names may look alike once they are masked."""
    if "changed" in change:
        return list(change["changed"])
    before, after = change["before"], change["after"]
    return [n for n in {**before, **after} if before.get(n, ...) != after.get(n, ...)]


def whole(kind: str) -> str:
    """What is done by the kinds of change that leave a record's fields alone; else empty."""
    return {"touch": "saved as it is", "send": "sent once"}.get(kind, "")


def reversal_lines(report: Report) -> list[str]:
    """Which run this one takes back, and which ones take this one back."""
    lines = [f"takes back run {report['reverses']}"] if report["reverses"] else []
    return lines + [f"run {run} is to take this one back" for run in report["reversed_by"]]
