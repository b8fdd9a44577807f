"""update-sold-to (S): a contact record, and through it Zuora, says what was asked for."""

from typing import Any

import pytest

from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    PROVED,
    REFUSED,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.billing import Billing
from tests.parts.rehearsal import Rehearsal


def update(
    installation: Rehearsal, account: dict[str, Any], *, of: str = "sold_to", **fields: Any
) -> tuple[str, dict[str, Any]]:
    """A run for the contact on record in a role, and its first report."""
    asked = {"current_email": account[of]["email"], **fields}
    return begun(installation, "update-sold-to", account, **asked)


def zuora(installation: Rehearsal, account: dict[str, Any], role: str) -> dict[str, Any]:
    """A contact of the account as Zuora has it in the end."""
    found: dict[str, Any] = installation.truth(account)["zuora"][role]
    return found


@pytest.mark.rule("S1", "S2", "S3", "S4", "S5", "C7")
def test_the_sold_to_gets_a_name_and_nothing_else_changes(installation: Rehearsal) -> None:
    account = installation.account()
    before = installation.truth(account)
    _, report = update(installation, account, contact={"last_name": "Newname"})
    assert ended(report) == PROVED, report
    after = installation.truth(account)
    assert installation.written(account) == [CONTACT]
    contact = after["zuora"]["sold_to"]
    was = {**before["zuora"]["sold_to"], "updated_at": contact["updated_at"]}
    assert contact == {**was, "last_name": "Newname"}
    assert after["zuora"]["bill_to"] == before["zuora"]["bill_to"]
    assert after["customersdot"]["memberships"] == before["customersdot"]["memberships"]


@pytest.mark.rule("S3", "S5")
def test_the_sold_to_becomes_an_existing_customer(installation: Rehearsal) -> None:
    account = installation.account()
    new = account["new"]
    contact = {k: new[k] for k in ("first_name", "last_name", "email")}
    _, report = update(installation, account, contact=contact)
    assert ended(report) == PROVED, report
    assert installation.sold_to(account) == new["email"]
    assert installation.written(account) == [CONTACT]
    assert installation.members(account) == [account["sold_to"]["customer_id"]]


@pytest.mark.rule("S1", "S2", "C7")
def test_only_the_bill_to_changes(installation: Rehearsal) -> None:
    account = installation.account()
    _, report = update(installation, account, of="bill_to", contact={"first_name": "Berta"})
    assert ended(report) == PROVED, report
    [write] = installation.writes(account)
    assert str(write["record_id"]) == str(account["bill_to"]["copy_id"])
    assert zuora(installation, account, "bill_to")["first_name"] == "Berta"
    assert zuora(installation, account, "sold_to")["first_name"] == account["sold_to"]["first_name"]


@pytest.mark.rule("S3", "S5")
def test_an_address_by_codes_is_proved_by_full_names(installation: Rehearsal) -> None:
    """Zuora gives back “United States” and “California” for what was sent as codes."""
    account = installation.account()
    address = {"address1": "1 Main St", "city": "Oakland", "state": "CA", "country": "US"}
    _, report = update(installation, account, contact={"address": address})
    assert ended(report) == PROVED, report
    found = zuora(installation, account, "sold_to")
    assert (found["state"], found["country"]) == ("California", "United States")
    assert zuora(installation, account, "bill_to")["city"] == "Utrecht"
    _, again = update(installation, account, contact={"address": address})
    assert ended(again) == PROVED, again
    assert installation.written(account) == [CONTACT]


# both roles (S2, S6)


@pytest.mark.rule("S2")
def test_one_contact_in_both_roles_is_asked_about_before_anything(installation: Rehearsal) -> None:
    account = installation.account(shared_contact=True)
    run_id, report = update(installation, account, contact={"last_name": "Newname"})
    assert asks(report) == "shared-contact"
    assert installation.writes(account) == []
    assert ended(answered(installation, run_id, "change-both")) == PROVED
    assert installation.written(account) == [CONTACT]
    found = installation.truth(account)["zuora"]
    assert found["sold_to"] == found["bill_to"]
    assert found["sold_to"]["last_name"] == "Newname"


@pytest.mark.rule("S2", "S6")
@pytest.mark.parametrize("answers", [["stop"], ["must-be-separate", "leave"]])
def test_what_must_be_separate_is_not_written(installation: Rehearsal, answers: list[str]) -> None:
    account = installation.account(shared_contact=True)
    run_id, _ = update(installation, account, contact={"last_name": "Newname"})
    assert ended(answered(installation, run_id, *answers)) == CANCELLED
    assert installation.writes(account) == []


@pytest.mark.rule("S6")
def test_billing_separates_the_contact_and_the_run_goes_on(installation: Rehearsal) -> None:
    """The note says what Billing has to know; what they did is read anew."""
    account = installation.account(shared_contact=True)
    run_id, _ = update(installation, account, contact={"last_name": "Newname"})
    report = answered(installation, run_id, "must-be-separate")
    assert asks(report) == "with-billing"
    note = report["question"]["text"]
    for name in (
        account["account_number"],
        account["sold_to"]["contact_id"],
        f"ticket {report['ticket']}",
    ):
        assert name in note
    assert "@" not in note
    bill_to = Billing(installation).split(account)
    installation.truth(account)
    assert ended(answered(installation, run_id, "billing-done")) == PROVED
    found = installation.truth(account)["zuora"]
    assert found["sold_to"]["last_name"] == "Newname"
    assert (found["bill_to"]["id"], found["bill_to"]["last_name"]) == (bill_to, "Own")


# which contact (S1)


@pytest.mark.rule("S1")
@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ("sold-to", {"sold_to"}),
        ("bill-to", {"bill_to"}),
        ("both-contacts", {"sold_to", "bill_to"}),
        ("stop", set()),
    ],
)
def test_two_contacts_with_one_email(
    installation: Rehearsal, given: str, changed: set[str]
) -> None:
    account = with_one_email(installation)
    run_id, report = update(installation, account, contact={"last_name": "Newname"})
    assert asks(report) == "which-contact"
    assert installation.writes_by_run(account) == []
    report = answered(installation, run_id, given)
    assert ended(report) == (PROVED if changed else CANCELLED), report
    found = installation.truth(account)["zuora"]
    roles = {r for r in ("sold_to", "bill_to") if found[r]["last_name"] == "Newname"}
    assert roles == changed
    assert installation.writes_by_run(account) == [CONTACT] * len(changed)


@pytest.mark.rule("S1")
def test_the_request_may_say_which_of_two_contacts(installation: Rehearsal) -> None:
    account = with_one_email(installation)
    _, report = update(installation, account, role="bill-to", contact={"last_name": "Newname"})
    assert ended(report) == PROVED, report
    found = installation.truth(account)["zuora"]
    assert found["bill_to"]["last_name"] == "Newname" != found["sold_to"]["last_name"]


def with_one_email(installation: Rehearsal) -> dict[str, Any]:
    """An account whose two contacts have the Sold To's email."""
    account = installation.account()
    person = {**account["bill_to"], "email": account["sold_to"]["email"]}
    Billing(installation).rewrite(account["bill_to"]["contact_id"], person)
    installation.truth(account)
    return account


@pytest.mark.rule("S1")
def test_a_contact_that_is_not_here_is_refused(installation: Rehearsal) -> None:
    """Not even where the email is on record: the account that has it is named."""
    here, there = installation.new_accounts(2)
    _, report = update(
        installation,
        here,
        current_email=there["sold_to"]["email"],
        contact={"last_name": "Newname"},
    )
    assert ended(report) == REFUSED
    assert there["account_id"] in report["summary"]
    assert installation.writes(here) + installation.writes(there) == []
    _, report = update(installation, here, role="bill-to", contact={"last_name": "Newname"})
    assert ended(report) == REFUSED
    assert "Bill To" in report["summary"]


@pytest.mark.rule("S1")
def test_only_this_account_s_contact_is_touched(installation: Rehearsal) -> None:
    """One address is the Sold To of two accounts: the other one is left alone, and named."""
    here, there = installation.new_accounts(2)
    Billing(installation).make_sold_to(there, here["sold_to"])
    before = installation.truth(there)
    new = {k: here["new"][k] for k in ("first_name", "last_name", "email")}
    _, report = update(installation, here, contact=new)
    assert ended(report) == PROVED, report
    assert installation.written(here) == [CONTACT]
    assert installation.writes_by_run(there) == []
    assert installation.truth(there) == before
    assert any(there["account_id"] in note for note in report["notes"])


# roles that the page and Zuora don't agree about (S2)


@pytest.mark.rule("S2")
@pytest.mark.parametrize(
    ("answers", "end"), [(["stop"], CANCELLED), (["hand-over", "leave"], CANCELLED)]
)
def test_roles_that_disagree_stop_the_run(
    installation: Rehearsal, answers: list[str], end: tuple[str, int]
) -> None:
    account = with_late_call_back(installation)
    run_id, report = update(installation, account, contact={"last_name": "Newname"})
    assert asks(report) == "roles-disagree"
    assert ended(answered(installation, run_id, *answers)) == end
    assert installation.writes_by_run(account) == []
    installation.control("PUT", "settings", {"callout_lag": None})
    installation.control("POST", "effects/run")


@pytest.mark.rule("S2")
def test_roles_that_agree_again_let_the_run_go_on(installation: Rehearsal) -> None:
    account = with_late_call_back(installation)
    run_id, report = update(installation, account, contact={"last_name": "Newname"})
    assert asks(report) == "roles-disagree"
    installation.control("PUT", "settings", {"callout_lag": None})
    installation.control("POST", "effects/run")
    assert ended(answered(installation, run_id, "plan-anew")) == PROVED
    assert installation.writes_by_run(account) == [CONTACT]


def with_late_call_back(installation: Rehearsal) -> dict[str, Any]:
    """An account whose Bill To Billing has split off, which CustomersDot has not heard of."""
    account = installation.account(shared_contact=True)
    installation.control("PUT", "settings", {"callout_lag": 300})
    Billing(installation).split(account)
    return account
