"""add-contact (A): a further Customer manages the account, and the Sold To stays."""

from typing import Any

import pytest

import handover
from domain.errors import Refused
from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    CREATED,
    PROVED,
    REMOVED,
    SAVED,
    SAVED_LAST,
    STALE,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.billing import Billing, add_member
from tests.parts.rehearsal import Rehearsal


def add(installation: Rehearsal, account: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A run that adds the new person, and its first report."""
    return begun(installation, "add-contact", account, contact_email=account["new"]["email"])


def both(account: dict[str, Any]) -> list[int]:
    """The Sold To and the new person."""
    return sorted([account["sold_to"]["customer_id"], account["new"]["customer_id"]])


@pytest.mark.rule("A1", "A3", "A4", "G3")
def test_add_contact(installation: Rehearsal) -> None:
    """One membership is created, and nobody's contact changes."""
    account = installation.account()
    before = installation.truth(account)["zuora"]
    _, report = add(installation, account)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED]
    assert installation.truth(account)["zuora"]["sold_to"] == before["sold_to"]
    assert installation.truth(account)["zuora"]["bill_to"] == before["bill_to"]
    assert installation.members(account) == both(account)


@pytest.mark.rule("A4")
def test_a_member_is_found_done(installation: Rehearsal) -> None:
    """The same request is the same run while it is unfinished; afterwards nothing is left to do."""
    account = installation.account()
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    again = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    assert again == run_id
    installation.wait(run_id)
    later, report = add(installation, account)
    assert later != run_id
    assert ended(report) == PROVED
    assert installation.written(account) == [CREATED]


@pytest.mark.rule("A5", "L2", "L3", "G1", "G2")
def test_login_is_activated_and_the_sold_to_saved_last(installation: Rehearsal) -> None:
    """The login's save replaces the Sold To, and the last save takes the role back."""
    account = installation.account(login_activated=False)
    _, report = add(installation, account)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED, SAVED, SAVED_LAST]
    assert installation.sold_to(account) == account["sold_to"]["email"]


# nobody has that email (A2)


@pytest.mark.rule("A2")
def test_the_new_contact_signs_up_meanwhile(installation: Rehearsal) -> None:
    """The run waits for their own sign-up; nobody is renamed to become them."""
    account, helper = installation.new_accounts(2, new_person="none")
    run_id, report = add(installation, account)
    assert asks(report) == "no-customer"
    assert asks(answered(installation, run_id, "signed-up")) == "no-customer", "not yet"
    assert installation.writes(account) == []
    # A Sold To's email gets a Customer, which is how somebody signs up in the sandbox.
    Billing(installation).make_sold_to(helper, account["new"])
    installation.truth(helper)
    assert ended(answered(installation, run_id, "signed-up")) == PROVED
    assert installation.written(account) == [CREATED]


@pytest.mark.rule("A2")
def test_the_new_contact_never_signs_up(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    run_id, _ = add(installation, account)
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert installation.writes(account) == []


# they manage another account (A6), and nobody else does (R5)


def elsewhere(installation: Rehearsal, *, others: bool) -> tuple[dict[str, Any], str]:
    """An account whose new person manages another one, alone or not; and that one's id."""
    account = installation.account(new_person="member-elsewhere")
    run_id, report = add(installation, account)
    assert asks(report) == "member-elsewhere"
    there = str(report["question"]["text"].split("billing account ")[1].split(" ")[0])
    if others:
        helper = installation.account()
        add_member(helper["new"], there)
    return account, run_id


@pytest.mark.rule("A6", "R1", "R2", "R3", "R4")
def test_what_they_give_up_is_removed_first(installation: Rehearsal) -> None:
    account, run_id = elsewhere(installation, others=True)
    assert ended(answered(installation, run_id, "gives-it-up")) == PROVED
    assert installation.written_by(run_id) == [REMOVED, CREATED]
    assert installation.members(account) == both(account)


@pytest.mark.rule("A6", "R5")
@pytest.mark.parametrize(
    ("given", "end", "writes"),
    [("leave-empty", PROVED, [REMOVED, CREATED]), ("stop", CANCELLED, [])],
)
def test_nobody_would_be_left_there(
    installation: Rehearsal, given: str, end: tuple[str, int], writes: list[tuple[str, str]]
) -> None:
    _, run_id = elsewhere(installation, others=False)
    assert asks(answered(installation, run_id, "gives-it-up")) == "last-member"
    assert ended(answered(installation, run_id, given)) == end
    assert installation.written_by(run_id) == writes


@pytest.mark.rule("A6")
def test_they_keep_what_they_have(installation: Rehearsal) -> None:
    account, run_id = elsewhere(installation, others=True)
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert installation.written_by(run_id) == []
    assert installation.members(account) == [account["sold_to"]["customer_id"]]


# the login was switched off on purpose (L1)


@pytest.mark.rule("L1")
@pytest.mark.parametrize(
    ("given", "end", "writes"),
    [("activate", PROVED, [CREATED, SAVED, SAVED_LAST]), ("stop", CANCELLED, [])],
)
def test_a_second_person_decides_about_a_login_that_was_switched_off(
    installation: Rehearsal, given: str, end: tuple[str, int], writes: list[tuple[str, str]]
) -> None:
    account = installation.account(login_history="off-later")
    run_id, report = add(installation, account)
    assert asks(report) == "login-disabled-on-purpose"
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "activate", reason="I am sure", by="kim")
    assert ended(answered(installation, run_id, given)) == end
    assert installation.written(account) == writes


# nobody can be saved last (L3)


@pytest.mark.rule("L3", "G4")
def test_a_sold_to_without_a_customer_is_written_back(installation: Rehearsal) -> None:
    """Which makes a Customer for them: asked before, and planned."""
    account = installation.account(login_activated=False, sold_to_customer=False)
    run_id, report = add(installation, account)
    assert asks(report) == "nobody-to-save-last"
    assert installation.writes(account) == []
    report = answered(installation, run_id, "go-on")
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED, SAVED, CONTACT]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("L3")
@pytest.mark.parametrize("order", [{"sold_to_member": False}, {"shared_contact": True}])
def test_a_sold_to_who_cannot_be_saved_is_written_back(
    installation: Rehearsal, order: dict[str, Any]
) -> None:
    account = installation.account(login_activated=False, **order)
    run_id, report = add(installation, account)
    assert asks(report) == "nobody-to-save-last"
    report = answered(installation, run_id, "go-on")
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CREATED, SAVED, CONTACT]
    found = installation.truth(account)["zuora"]
    assert found["sold_to"]["work_email"] == account["sold_to"]["email"]
    assert found["bill_to"]["work_email"] == account["bill_to"]["email"]


@pytest.mark.rule("L3")
def test_nothing_is_saved_where_somebody_says_stop(installation: Rehearsal) -> None:
    account = installation.account(login_activated=False, sold_to_customer=False)
    run_id, _ = add(installation, account)
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert installation.writes(account) == []


@pytest.mark.rule("L3", "G1")
def test_the_last_save_gives_the_sold_to_their_customer_s_names(installation: Rehearsal) -> None:
    """Zuora had another spelling: the save updates the contact with the same email."""
    account = installation.account(login_activated=False)
    Billing(installation).make_sold_to(account, {**account["sold_to"], "first_name": "Nickname"})
    installation.truth(account)
    _, report = add(installation, account)
    assert ended(report) == PROVED, report
    assert installation.writes_by_run(account) == [CREATED, SAVED, SAVED_LAST]
    sold_to = installation.truth(account)["zuora"]["sold_to"]
    assert sold_to["work_email"] == account["sold_to"]["email"]
    assert sold_to["first_name"] == account["sold_to"]["first_name"]


@pytest.mark.rule("L3")
@pytest.mark.parametrize(("given", "end"), [("restore", PROVED), ("leave", STALE)])
def test_an_unchanged_save_that_starts_no_sync(
    installation: Rehearsal, given: str, end: tuple[str, int]
) -> None:
    """Then the contact is written back, once a person says so."""
    account = installation.account(login_activated=False)
    installation.control("PUT", "settings", {"unchanged_save_syncs": False})
    try:
        run_id, report = add(installation, account)
        assert asks(report) == "sold-to-not-restored"
        assert ended(answered(installation, run_id, given)) == end
    finally:
        installation.control("PUT", "settings", {"unchanged_save_syncs": True})
    written = [CREATED, SAVED, SAVED_LAST]
    assert installation.written(account) == ([*written, CONTACT] if end == PROVED else written)
    holder = account["sold_to"] if end == PROVED else account["new"]
    assert installation.sold_to(account) == holder["email"]
