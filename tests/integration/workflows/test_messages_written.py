"""What people outside are told: each message is written where its rule asks for it, and posted."""

from typing import Any

import pytest

import handover
from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until

TOLD = ["evidence-needed", "approval-request"]


def names(report: dict[str, Any]) -> list[str]:
    """The messages of a run, oldest first."""
    return [message["name"] for message in report["messages"]]


@pytest.mark.rule("G5", "V7")
@pytest.mark.parametrize(
    ("kind", "expected"),
    [("screenshot", TOLD), ("activation-code-email", [*TOLD, "redact-activation-code"])],
)
def test_refused_evidence(installation: Rehearsal, kind: str, expected: list[str]) -> None:
    """What would be accepted, to the requester; the question, to the Sold To; a code, redacted."""
    account = installation.account()
    run_id = installation.begin("verify-ownership", account, evidence={"kind": kind})
    report = installation.wait(run_id)
    assert report["question"]["kind"] == "evidence-refused", report
    assert names(report) == expected
    texts = [message["text"] for message in handover.messages(run_id)["messages"]]
    assert not [text for text in texts if account["sold_to"]["email"] in text]


@pytest.mark.rule("A2")
def test_nobody_to_add(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    report = installation.wait(run_id)
    assert (report["question"]["kind"], names(report)) == ("no-customer", ["sign-up-first"])


@pytest.mark.rule("A6")
def test_who_manages_another_account(installation: Rehearsal) -> None:
    """What is offered instead, and what the contact themselves have to confirm."""
    account = installation.account(new_person="member-elsewhere")
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    report = installation.wait(run_id)
    assert report["question"]["kind"] == "member-elsewhere", report
    assert names(report) == ["one-membership", "confirm-give-up"]


def test_who_was_added_is_told_and_the_ticket_shows_it(installation: Rehearsal) -> None:
    """Each state that matters is one internal note, and none holds an address."""
    account = installation.account()
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    report = installation.wait(run_id)
    assert (report["result"], names(report)) == ("proved", ["done-new-contact"])
    notes = wait_until(lambda: _complete(installation, account), message="the notes")
    assert notes
    assert not [note for note in notes if note["public"]]
    assert not [note for note in notes if "@" in note["body"]]


def _complete(installation: Rehearsal, account: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The notes on an account's ticket, once the end of the run is among them."""
    ticket = installation.control("GET", f"tickets/{account['ticket']['id']}")
    ours = [comment for comment in ticket["comments"] if "handover:" in comment["body"]]
    return ours if any("proved" in comment["body"] for comment in ours) else None
