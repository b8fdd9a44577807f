"""Workflows that would touch the same account or people: one at a time, and never interleaved."""

from pathlib import Path
from typing import Any

import pytest

import handover
from domain.errors import Locked
from domain.requests import WORKFLOWS
from handover.exits import Exit
from tests.integration.cli.calls import Cli
from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    CREATED,
    PROVED,
    REMOVED,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.rehearsal import Rehearsal

EVERY = [
    *("add-contact", "remove-contact", "confirm-login", "update-sold-to", "change-contact"),
    *(workflow for workflow in ("fix-typo", "send-licence") if workflow in WORKFLOWS),
]


def fields_for(workflow: str, account: dict[str, Any]) -> dict[str, Any]:
    """What a workflow has to be told about another person of the account than the new one."""
    sold_to = account["sold_to"]["email"]
    if workflow == "update-sold-to":
        return {"current_email": sold_to, "contact": {"last_name": "Newname"}}
    if workflow in ("fix-typo", "send-licence"):
        destination = {"destination_email": account["bill_to"]["email"]}
        typo = {"mistyped_email": sold_to, "corrected_email": "right@spelling.example"}
        asked = {**typo, "confirmed_in": "42"} if workflow == "fix-typo" else destination
        return {"subscription": "A-S00000001", **asked}
    if workflow == "change-contact":
        names = {"first_name": "Some", "last_name": "Body", "email": account["bill_to"]["email"]}
        return {"new_contact": names, "self_service_ruled_out": "nobody reads that mailbox"}
    return {"contact_email": account["bill_to"]["email"]}


@pytest.mark.rule("C7")
@pytest.mark.parametrize("workflow", EVERY)
def test_an_account_whose_contact_is_being_changed_is_locked(
    installation: Rehearsal, workflow: str
) -> None:
    """Named by its number or by its id; what was begun first is finished as if alone."""
    account = installation.account(shared_contact=True)
    run_id = installation.start(account)
    assert asks(installation.wait(run_id)) == "shared-contact"
    fields = fields_for(workflow, account)
    with pytest.raises(Locked) as caught:
        installation.begin(workflow, account, ticket="4799", **fields)
    assert caught.value.holder == run_id
    by_id = {**account, "account_number": account["account_id"]}
    with pytest.raises(Locked):
        installation.begin(workflow, by_id, ticket="4799", **fields)
    assert installation.writes(account) == []
    assert ended(answered(installation, run_id, "change-both")) == PROVED
    assert installation.written(account) == [CREATED, REMOVED, CONTACT]


@pytest.mark.rule("C7")
@pytest.mark.parametrize("workflow", ["add-contact", "confirm-login", "remove-contact"])
def test_an_account_whose_contact_record_is_being_changed_is_locked(
    installation: Rehearsal, workflow: str
) -> None:
    account = installation.account(shared_contact=True)
    asked = {
        "current_email": account["sold_to"]["email"],
        "contact": {"last_name": "Newname"},
    }
    run_id, report = begun(installation, "update-sold-to", account, **asked)
    assert asks(report) == "shared-contact"
    with pytest.raises(Locked):
        installation.begin(workflow, account, ticket="4799", contact_email=account["new"]["email"])
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert installation.writes(account) == []
    _, report = begun(installation, "add-contact", account, contact_email=account["new"]["email"])
    assert ended(report) == PROVED, "what has ended holds nothing"


@pytest.mark.rule("G1")
def test_a_person_is_held_on_every_account(installation: Rehearsal) -> None:
    """Two runs about one person would each save that person's Customer."""
    here, there = installation.new_accounts(2, shared_contact=True)
    run_id, report = begun(
        installation,
        "update-sold-to",
        here,
        current_email=here["sold_to"]["email"],
        contact={"email": here["new"]["email"]},
    )
    assert asks(report) == "shared-contact"
    for spelling in (here["new"]["email"], here["new"]["email"].upper()):
        with pytest.raises(Locked) as caught:
            installation.begin("add-contact", there, contact_email=spelling)
        assert caught.value.holder == run_id
    assert installation.writes(there) == []
    handover.cancel(run_id, reason="only a try")


@pytest.mark.rule("G1")
def test_both_forms_of_a_domain_are_one_person(installation: Rehearsal) -> None:
    here, there = installation.new_accounts(2, shared_contact=True)
    run_id, report = begun(
        installation,
        "update-sold-to",
        here,
        current_email=here["sold_to"]["email"],
        contact={"email": "vera@bücher-held.example"},
    )
    assert asks(report) == "shared-contact"
    with pytest.raises(Locked) as caught:
        installation.begin("add-contact", there, contact_email="vera@xn--bcher-held-9db.example")
    assert caught.value.holder == run_id
    handover.cancel(run_id, reason="only a try")


def test_the_command_line_names_the_holder(installation: Rehearsal, tmp_path: Path) -> None:
    """Exit 6, and where to look."""
    account = installation.account(shared_contact=True)
    run_id = installation.start(account)
    assert asks(installation.wait(run_id)) == "shared-contact"
    called = Cli(tmp_path, installation.env)(
        *("start", "update-sold-to", "--ticket", "4799", "--account", account["account_number"]),
        *("--current-email", account["sold_to"]["email"], "--new-last-name", "Newname"),
        *("--requester-email", account["sold_to"]["email"]),
        *("--reason-without-evidence", "they asked us in person"),
    )
    assert called.code == Exit.LOCKED
    assert run_id in called.err
    assert installation.writes(account) == []
    handover.cancel(run_id, reason="only a try")
