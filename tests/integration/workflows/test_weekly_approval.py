"""The Sold To is asked for approval on a ticket of their own (V1, G5), and answers or does not."""

from typing import Any

import pytest

import handover
from tests.faults.self_service import expire
from tests.integration.workflows.asking import CREATED, PROVED, REFUSED, asks, ended
from tests.integration.workflows.proofs import approval
from tests.parts.rehearsal import Rehearsal
from tests.parts.waiting import wait_until


def unapproved(installation: Rehearsal) -> tuple[dict[str, Any], str]:
    """Somebody asked to be added and proved nothing: their own comment is no approval.

    The run waits for evidence, with the message to the Sold To ready.
    """
    account = installation.account()
    run_id = start(installation, account, account["ticket"]["id"], _asks(installation, account))
    assert asks(installation.wait(run_id)) == "evidence-refused"
    return account, run_id


def start(installation: Rehearsal, account: dict[str, Any], ticket: object, comment: str) -> str:
    """Starts to add the new person by a comment on a ticket; the run's id."""
    evidence = approval(account, ticket=str(ticket), comment=comment, seen_by="lee")
    email = account["new"]["email"]
    return installation.begin("add-contact", account, contact_email=email, evidence=evidence)


def asked_apart(installation: Rehearsal, account: dict[str, Any], text: str) -> dict[str, str]:
    """A ticket of the Sold To's own with the message from the run, and what they answer."""
    who = account["sold_to"]["email"]
    comments = [
        {"author": "support@handover.example", "body": text},
        {"author": who, "body": "I agree."},
    ]
    made = installation.control("POST", "tickets", {"requester": who, "comments": comments})
    return {"ticket": str(made["id"]), "comment": str(made["comments"][1])}


@pytest.mark.rule("V1", "G5")
def test_what_the_sold_to_answers_goes_on_with_the_same_run(installation: Rehearsal) -> None:
    """Who asks and who approves never learn each other's address, and meet on no ticket."""
    account, run_id = unapproved(installation)
    texts = {m["name"]: (m["recipient"], m["text"]) for m in handover.messages(run_id)["messages"]}
    reader, text = texts["approval-request"]
    assert reader == "sold-to"
    assert account["new"]["email"] not in text
    assert texts["evidence-needed"][0] == "requester"
    assert account["sold_to"]["email"] not in texts["evidence-needed"][1]
    assert installation.writes(account) == []
    better = approval(account, seen_by="lee", **asked_apart(installation, account, text))
    handover.answer(run_id, "better-evidence", reason="they agree", by="kim", evidence=better)
    assert ended(installation.wait(run_id)) == PROVED
    assert installation.written(account) == [CREATED]


@pytest.mark.rule("V1")
def test_a_sold_to_who_does_not_answer_ends_it_safely(installation: Rehearsal) -> None:
    """Nothing was written and nobody is locked out; the ticket says so. A late answer starts anew.

    The late approval is judged as any other, by a run of its own.
    """
    account, run_id = unapproved(installation)
    expire(run_id)
    report = installation.wait(run_id)
    assert (*ended(report), report["reason"]) == (*REFUSED, "expired")
    assert installation.writes(account) == []
    assert wait_until(lambda: _told_on_the_ticket(installation, account), message="the last note")
    late = asked_apart(installation, account, "the same question")
    again = start(installation, account, late["ticket"], late["comment"])
    assert again != run_id
    assert ended(installation.wait(again)) == PROVED
    assert installation.written(account) == [CREATED]


def _asks(installation: Rehearsal, account: dict[str, Any]) -> str:
    """A comment in which the new person asks, on the ticket that is theirs."""
    comments = {"comments": [{"author": account["new"]["email"], "body": "Please ask our owner."}]}
    path = f"tickets/{account['ticket']['id']}"
    return str(installation.control("POST", path, comments)["comments"][-1])


def _told_on_the_ticket(installation: Rehearsal, account: dict[str, Any]) -> bool:
    comments = installation.control("GET", f"tickets/{account['ticket']['id']}")["comments"]
    ours = [one["body"] for one in comments if "handover:" in one["body"]]
    return any("Nobody answered evidence" in body for body in ours)
