"""update-sold-to: Customers that an email brings about (G4), Billing (S6), and what comes twice."""

from typing import Any

import pytest

from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    PROVED,
    REFUSED,
    STALE,
    answered,
    asks,
    begun,
    ended,
)
from tests.integration.workflows.test_update_sold_to import update
from tests.parts.billing import STRANGER, Billing
from tests.parts.rehearsal import Rehearsal


def nobody(account: dict[str, Any]) -> dict[str, str]:
    """A contact whose email no Customer has."""
    return {k: account["new"][k] for k in ("first_name", "last_name", "email")}


def customers(installation: Rehearsal, email: str) -> list[dict[str, Any]]:
    """The Customers that effects have made, by the write log."""
    rows = installation.control("GET", "writes?model=customer&action=create")
    return [row for row in rows if row["after"]["email"] == email]


@pytest.mark.rule("G4")
def test_a_customer_that_appears_is_planned_and_proved(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    run_id, report = update(installation, account, contact=nobody(account))
    assert asks(report) == "creates-customer"
    assert installation.writes(account) == []
    report = answered(installation, run_id, "go-on")
    assert ended(report) == PROVED, report
    assert any("Customer" in title and "planned" in title for title in report["expectations"])
    assert installation.written(account) == [CONTACT]
    [made] = customers(installation, account["new"]["email"])
    assert made["origin"] == "effect"


@pytest.mark.rule("G4")
def test_no_customer_appears_where_somebody_says_stop(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    run_id, _ = update(installation, account, contact=nobody(account))
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert installation.writes(account) == []
    assert customers(installation, account["new"]["email"]) == []


@pytest.mark.rule("G4")
def test_a_name_alone_brings_a_customer_for_a_sold_to_without_one(
    installation: Rehearsal,
) -> None:
    """Every change of the Sold To's contact calls back, and its email gets a Customer then."""
    account = installation.account(sold_to_customer=False)
    run_id, report = update(installation, account, contact={"last_name": "Newname"})
    assert asks(report) == "creates-customer"
    assert ended(answered(installation, run_id, "go-on")) == PROVED
    assert len(customers(installation, account["sold_to"]["email"])) == 1


@pytest.mark.rule("G4")
def test_the_bill_to_s_new_email_may_bring_a_customer(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    contact = {"email": account["new"]["email"]}
    run_id, report = update(installation, account, of="bill_to", contact=contact)
    assert asks(report) == "creates-customer"
    assert ended(answered(installation, run_id, "go-on")) == PROVED
    assert installation.written(account) == [CONTACT]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("G4", "A2")
def test_somebody_signs_up_meanwhile(installation: Rehearsal) -> None:
    """Then nobody is made, and the plan names their Customer."""
    here, there = installation.new_accounts(2, new_person="none")
    run_id, report = update(installation, here, contact=nobody(here))
    assert asks(report) == "creates-customer"
    Billing(installation).make_sold_to(there, here["new"])  # which makes a Customer of that email
    installation.truth(there)
    assert ended(answered(installation, run_id, "plan-anew")) == PROVED
    assert len(customers(installation, here["new"]["email"])) == 1


# Zuora and Billing (S5, S6)


@pytest.mark.rule("S5", "S6")
def test_what_does_not_arrive_is_handed_over_and_proved_then(installation: Rehearsal) -> None:
    """The copy was saved, Zuora did not follow: Billing does it, and only then it is proved."""
    account = installation.account()
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    installation.control("PUT", "settings", {"lag": 300})
    try:
        run_id, report = update(installation, account, contact=new)
        assert asks(report) == "not-proved"
        report = answered(installation, run_id, "hand-over")
        assert asks(report) == "with-billing"
        note = report["question"]["text"]
        for name in (
            account["account_id"],
            account["account_number"],
            f"ticket {report['ticket']}",
        ):
            assert name in note
        installation.control("PUT", "settings", {"lag": 0.25})
        Billing(installation).make_sold_to(account, account["new"])
        installation.control("POST", "effects/run")
        assert ended(answered(installation, run_id, "billing-done")) == PROVED
    finally:
        installation.control("PUT", "settings", {"lag": 0.25})
    assert installation.writes_by_run(account) == [CONTACT]


@pytest.mark.rule("S6")
@pytest.mark.parametrize("answers", [["stop"], ["hand-over", "leave"], ["plan-anew", "stop"]])
def test_a_copy_that_zuora_never_followed(installation: Rehearsal, answers: list[str]) -> None:
    """Saving it again would write nothing, so a person is asked before."""
    account = installation.account()
    Billing(installation).make_sold_to(account, {**account["sold_to"], "last_name": "Newname"})
    installation.truth(account)
    installation.control("PUT", "settings", {"callout_lag": 300})
    Billing(installation).make_sold_to(account, account["sold_to"])  # the copy is not told
    try:
        run_id, report = update(installation, account, contact={"last_name": "Newname"})
        assert asks(report) == "zuora-did-not-follow"
        assert ended(answered(installation, run_id, *answers)) == CANCELLED
    finally:
        installation.control("PUT", "settings", {"callout_lag": None})
        installation.control("POST", "effects/run")
    assert installation.writes_by_run(account) == []


@pytest.mark.rule("S6", "S5")
def test_billing_writes_what_zuora_never_followed(installation: Rehearsal) -> None:
    """Nothing is left to write then, and it is proved."""
    account = installation.account()
    newname = {**account["sold_to"], "last_name": "Newname"}
    Billing(installation).make_sold_to(account, newname)
    installation.truth(account)
    installation.control("PUT", "settings", {"callout_lag": 300})
    Billing(installation).make_sold_to(account, account["sold_to"])  # the copy is not told
    try:
        run_id, _ = update(installation, account, contact={"last_name": "Newname"})
        assert asks(answered(installation, run_id, "hand-over")) == "with-billing"
        Billing(installation).make_sold_to(account, newname)
        assert ended(answered(installation, run_id, "billing-done")) == PROVED
    finally:
        installation.control("PUT", "settings", {"callout_lag": None})
        installation.control("POST", "effects/run")
    assert installation.writes_by_run(account) == []


@pytest.mark.rule("S1")
def test_without_a_copy_nothing_can_be_written(installation: Rehearsal) -> None:
    account = installation.account(copies=False)
    _, report = update(installation, account, contact={"last_name": "Newname"})
    assert ended(report) == REFUSED
    assert "add the contact there by its Zuora contact id" in report["summary"]
    assert installation.writes(account) == []


# without evidence (V), what the account's Sold To does not reach, twice


@pytest.mark.rule("V1", "S2")
def test_a_reason_in_the_place_of_evidence_needs_a_second_person(installation: Rehearsal) -> None:
    """And a subscription with a Sold To of its own is named all the same."""
    account = installation.account(sold_to_override=True)
    run_id, report = update(
        installation,
        account,
        contact={"last_name": "Newname"},
        evidence=None,
        reason_without_evidence="Billing asked for the right spelling.",
    )
    assert asks(report) == "without-evidence"
    report = answered(installation, run_id, "go-on")
    assert ended(report) == PROVED, report
    assert any("Sold To of its own" in note for note in report["notes"])


@pytest.mark.rule("S3")
def test_the_same_request_is_one_run_and_later_finds_it_done(installation: Rehearsal) -> None:
    account = installation.account()
    asked = {
        "current_email": account["sold_to"]["email"],
        "contact": {"email": account["new"]["email"]},
        "evidence": None,
        "reason_without_evidence": "The Sold To's company changed its domain.",
    }
    first = installation.begin("update-sold-to", account, **asked)
    assert installation.begin("update-sold-to", account, **asked) == first
    installation.wait(first)
    assert ended(answered(installation, first, "go-on")) == PROVED
    again, report = begun(installation, "update-sold-to", account, **asked)
    assert again != first
    assert asks(report) == "without-evidence"
    assert ended(answered(installation, again, "go-on")) == PROVED
    assert installation.written(account) == [CONTACT]


@pytest.mark.rule("C7")
def test_a_stranger_who_is_sold_to_since_the_evidence_stops_the_run(
    installation: Rehearsal,
) -> None:
    """Somebody else changed the contact while a question was open."""
    account = installation.account(new_person="none")
    run_id, report = update(installation, account, contact=nobody(account))
    assert asks(report) == "creates-customer"
    Billing(installation).make_sold_to(account, STRANGER)
    installation.truth(account)
    assert ended(answered(installation, run_id, "go-on")) == STALE
    assert installation.writes_by_run(account) == []
