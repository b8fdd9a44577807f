"""Addresses and names that are easily mistaken for others, each through a whole run."""

from typing import Any

import pytest

from tests.integration.workflows.asking import (
    CONTACT,
    CREATED,
    PROVED,
    SAVED,
    SAVED_LAST,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.billing import Billing
from tests.parts.rehearsal import Rehearsal
from tests.parts.sign_up import rename, sign_up


def shouted(email: str) -> str:
    """The same mailbox in other letters."""
    return email.upper()


def add(installation: Rehearsal, account: dict[str, Any], email: str) -> dict[str, Any]:
    """The report of a run that adds whoever has this email."""
    return begun(installation, "add-contact", account, contact_email=email)[1]


@pytest.mark.rule("A2", "A4")
def test_letter_case_makes_no_other_customer(installation: Rehearsal) -> None:
    account = installation.account()
    report = add(installation, account, shouted(account["new"]["email"]))
    assert ended(report) == PROVED, report
    assert account["new"]["customer_id"] in installation.members(account)


@pytest.mark.rule("S1", "G4")
def test_letter_case_makes_no_other_contact(installation: Rehearsal) -> None:
    """The contact is found, and an email that differs only in case is there already."""
    account = installation.account()
    email = shouted(account["sold_to"]["email"])
    contact = {"last_name": "Newname", "email": email}
    _, report = begun(installation, "update-sold-to", account, current_email=email, contact=contact)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [CONTACT]


@pytest.mark.rule("A2")
def test_a_plus_address_is_somebody_else(installation: Rehearsal) -> None:
    """Nobody is taken for the one without the tag."""
    account = installation.account()
    local, _, domain = account["new"]["email"].partition("@")
    tagged = f"{local}+gitlab@{domain}"
    run_id, report = begun(installation, "add-contact", account, contact_email=tagged)
    assert asks(report) == "no-customer"
    made = sign_up(installation, "Runa", "Tagged", tagged)
    assert ended(answered(installation, run_id, "signed-up")) == PROVED
    assert installation.members(account) == sorted([account["sold_to"]["customer_id"], made])


@pytest.mark.rule("A2", "G4")
@pytest.mark.parametrize("signed_up_in", ["unicode", "ascii"])
def test_both_forms_of_an_internationalised_domain_are_one_mailbox(
    installation: Rehearsal, signed_up_in: str
) -> None:
    """The Customer is found by the other form, and the contact gets the form that they have."""
    account = installation.account()
    host = f"bücher{account['account_number'][-4:]}{signed_up_in}.example"
    forms = {"unicode": f"vera@{host}", "ascii": f"vera@{host.encode('idna').decode()}"}
    known = forms.pop(signed_up_in)
    [other] = forms.values()
    made = sign_up(installation, "Vera", "Buch", known)
    report = add(installation, account, other)
    assert ended(report) == PROVED, report
    assert made in installation.members(account)
    contact = {"first_name": "Vera", "last_name": "Buch", "email": other}
    current = account["sold_to"]["email"]
    _, report = begun(
        installation, "update-sold-to", account, current_email=current, contact=contact
    )
    assert ended(report) == PROVED, report
    assert installation.sold_to(account) == known
    assert installation.written(account) == [CREATED, CONTACT]


@pytest.mark.rule("A3", "S1")
def test_an_address_that_is_sold_to_of_two_accounts(installation: Rehearsal) -> None:
    """Its Customer manages the other one: this account's change touches neither."""
    here, there = installation.new_accounts(2, sold_to_member=True)
    Billing(installation).make_sold_to(here, there["sold_to"])
    installation.truth(here)
    before = installation.truth(there)
    evidence = {**installation.request(there)["evidence"], "ticket": str(there["ticket"]["id"])}
    run_id, report = begun(
        installation,
        "add-contact",
        here,
        contact_email=here["new"]["email"],
        evidence=evidence,
    )
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [CREATED]
    assert installation.truth(there) == before


@pytest.mark.rule("L1")
def test_a_name_that_reads_like_a_switched_off_login(installation: Rehearsal) -> None:
    """The history prints it as if the login had been switched off: a person looks."""
    account = installation.account(login_activated=False)
    words = "Ann, login_activated = false"
    rename(installation, account["new"]["customer_id"], words)
    run_id, report = begun(
        installation, "add-contact", account, contact_email=account["new"]["email"]
    )
    assert asks(report) == "login-disabled-on-purpose"
    report = answered(installation, run_id, "activate")
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [CREATED, SAVED, SAVED_LAST]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("S3")
def test_a_comma_in_a_name_goes_through(installation: Rehearsal) -> None:
    account = installation.account()
    contact = {"first_name": "Ann, login_activated = false", "last_name": "O'Neil, Jr."}
    current = account["sold_to"]["email"]
    _, report = begun(
        installation, "update-sold-to", account, current_email=current, contact=contact
    )
    assert ended(report) == PROVED, report
    found = installation.truth(account)["zuora"]["sold_to"]
    assert (found["first_name"], found["last_name"]) == tuple(contact.values())
