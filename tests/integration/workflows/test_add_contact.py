"""add-contact (A): a further Customer manages the account, and the Sold To stays."""

import pytest

from tests.parts.rehearsal import Rehearsal

CREATED = ("billing_account_membership", "create")
SAVED = ("customer", "update")
SAVED_LAST = ("customer", "unchanged-save")


@pytest.mark.rule("A1", "A3", "A4", "G3")
def test_add_contact(installation: Rehearsal) -> None:
    """One membership is created, and nobody's contact changes."""
    account = installation.account()
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    assert installation.written(account) == [CREATED]
    assert installation.sold_to(account) == account["sold_to"]["email"]
    both = sorted([account["sold_to"]["customer_id"], account["new"]["customer_id"]])
    assert installation.members(account) == both


@pytest.mark.rule("A5", "L2", "L3", "G1", "G2")
def test_login_is_activated_and_the_sold_to_saved_last(installation: Rehearsal) -> None:
    """The login's save replaces the Sold To, and the last save takes the role back."""
    account = installation.account(login_activated=False)
    run_id = installation.begin("add-contact", account, contact_email=account["new"]["email"])
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    assert installation.written(account) == [CREATED, SAVED, SAVED_LAST]
    assert installation.sold_to(account) == account["sold_to"]["email"]
