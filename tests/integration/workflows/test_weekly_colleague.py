"""The Sold To asks for a colleague: V1 is their own word, and the new contact is somebody else."""

from collections.abc import Iterator
from typing import Any

import pytest

import handover
from tests.faults.self_service import OFTEN
from tests.faults.self_service import ended as ended_by_itself
from tests.integration.workflows.asking import (
    CONTACT,
    CREATED,
    PROVED,
    REMOVED,
    answered,
    asks,
    ended,
)
from tests.integration.workflows.test_change_contact_rename import SAVED, SENT
from tests.parts.customers import mails, sign_up
from tests.parts.portal import Portal
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.waiting import wait_until


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation that looks every second whether a customer did something."""
    with rehearsal(redis_server, env=OFTEN) as made:
        made.add_worker().wait_ready()
        yield made


def asked_by_the_sold_to(installation: Rehearsal, account: dict[str, Any]) -> dict[str, Any]:
    """The ticket that the Sold To opened, which is the request and the approval in one."""
    who = account["sold_to"]["email"]
    comments = [{"author": who, "body": "Please let my colleague manage our subscriptions."}]
    made = installation.control("POST", "tickets", {"requester": who, "comments": comments})
    approval = {"approver_email": who, "comment": str(made["comments"][0]), "seen_by": "lee"}
    return {
        "ticket": str(made["id"]),
        "requester_email": who,
        "evidence": {"kind": "contact-approval", **approval},
    }


def add(installation: Rehearsal, account: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The Sold To wants a colleague added; the run and its first report."""
    asked = asked_by_the_sold_to(installation, account)
    run_id = installation.begin(
        "add-contact", account, contact_email=account["new"]["email"], **asked
    )
    return run_id, installation.wait(run_id)


def transfer(installation: Rehearsal, account: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The Sold To wants a colleague in their place."""
    run_id = installation.start(account, **asked_by_the_sold_to(installation, account))
    return run_id, installation.wait(run_id)


def told(run_id: str) -> dict[str, str]:
    """Who is told what, by the message's name."""
    return {one["name"]: one["recipient"] for one in handover.messages(run_id)["messages"]}


@pytest.mark.rule("A1", "A4", "V1", "G3", "G5")
def test_a_colleague_is_added(installation: Rehearsal) -> None:
    """One membership; the Sold To stays, and is named on the ticket by nobody but themselves."""
    account = installation.account()
    run_id, report = add(installation, account)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED]
    people = [account["sold_to"], account["new"]]
    assert installation.members(account) == sorted(one["customer_id"] for one in people)
    assert installation.sold_to(account) == account["sold_to"]["email"]
    assert told(run_id) == {"done-new-contact": "new-contact"}
    ours = wait_until(lambda: _notes(installation, report["ticket"]), message="the notes")
    assert ours
    assert not [note for note in ours if note["public"] or "@" in note["body"]]


@pytest.mark.rule("A2")
def test_a_colleague_without_a_customer_signs_up_to_be_added(installation: Rehearsal) -> None:
    """The Sold To is told what to do; nobody is renamed to make room."""
    account = installation.account(new_person="none")
    run_id, report = add(installation, account)
    assert asks(report) == "no-customer"
    assert told(run_id) == {"sign-up-first": "requester"}
    assert [one["id"] for one in report["question"]["answers"]] == ["signed-up", "stop"]
    assert installation.writes(account) == []
    sign_up(installation, account["new"])
    assert ended(answered(installation, run_id, "signed-up", by="kim")) == PROVED
    assert installation.written_by(run_id) == [CREATED]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("C5", "V1", "C7")
def test_a_colleague_takes_over(installation: Rehearsal) -> None:
    account = installation.account()
    _, report = transfer(installation, account)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED, REMOVED, CONTACT]
    assert installation.sold_to(account) == account["new"]["email"]
    assert installation.members(account) == [account["new"]["customer_id"]]


@pytest.mark.rule("C6", "A2", "V1", "C7")
def test_a_colleague_without_a_customer_takes_over_the_sold_to_s(installation: Rehearsal) -> None:
    """The Sold To's own login becomes the colleague's, once somebody says so; one link is sent."""
    account = installation.account(new_person="none")
    run_id, report = transfer(installation, account)
    assert asks(report) == "no-customer"
    assert installation.writes(account) == []
    assert ended(answered(installation, run_id, "rename", by="kim")) == PROVED
    assert installation.written(account) == [SAVED, SENT]
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]
    assert installation.members(account) == [account["sold_to"]["customer_id"]]
    assert installation.sold_to(account) == account["new"]["email"]


@pytest.mark.rule("C1", "C2", "C3")
def test_a_sold_to_who_can_sign_in_does_it_themselves(installation: Rehearsal) -> None:
    """Self-service first: no evidence, and no write of ours."""
    account = installation.account(new_person="none")
    asked = {**asked_by_the_sold_to(installation, account), "evidence": None}
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    run_id = installation.begin(
        "self-service", account, new_contact=new, access="portal-account", **asked
    )
    assert installation.wait(run_id)["reason"] == "customer-acts"
    assert told(run_id) == {"self-service-guidance": "requester"}
    Portal(installation).take_over(account)
    assert ended_by_itself(run_id)["result"] == "proved"
    assert installation.written_by(run_id) == []
    assert installation.sold_to(account) == account["new"]["email"]


def _notes(installation: Rehearsal, ticket: str) -> list[dict[str, Any]] | None:
    """Our notes on a ticket, once the end of the run is among them."""
    comments = installation.control("GET", f"tickets/{ticket}")["comments"]
    ours = [one for one in comments if "handover:" in one["body"]]
    return ours if any("proved" in one["body"] for one in ours) else None
