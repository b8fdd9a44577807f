"""confirm-login (L): a member can sign in, and the Sold To stays who it is."""

from typing import Any

import pytest

import handover
from domain.errors import Refused
from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    PROVED,
    REFUSED,
    SAVED,
    SAVED_LAST,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.billing import Billing, add_member
from tests.parts.rehearsal import Rehearsal


def with_member(installation: Rehearsal, **order: Any) -> dict[str, Any]:
    """An account that the new person manages too."""
    account = installation.account(**order)
    add_member(account["new"], str(account["billing_account_id"]))
    return account


def confirm(
    installation: Rehearsal, account: dict[str, Any], who: str = "new"
) -> tuple[str, dict[str, Any]]:
    """A run that confirms somebody's login, and its first report."""
    email = account[who]["email"]
    return begun(installation, "confirm-login", account, contact_email=email)


@pytest.mark.rule("L2", "L3", "G1", "G2", "C7")
def test_the_login_is_activated_and_the_sold_to_saved_last(installation: Rehearsal) -> None:
    account = with_member(installation, login_activated=False)
    run_id, report = confirm(installation, account)
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [SAVED, SAVED_LAST]
    assert installation.sold_to(account) == account["sold_to"]["email"]
    later, report = confirm(installation, account)
    assert ended(report) == PROVED
    assert installation.written_by(later) == []


@pytest.mark.rule("L2")
def test_a_login_that_is_on_is_left_alone(installation: Rehearsal) -> None:
    account = installation.account()
    _, report = confirm(installation, account, "sold_to")
    assert ended(report) == PROVED
    assert any("active already" in note for note in report["notes"])
    assert installation.writes(account) == []


@pytest.mark.rule("L1")
@pytest.mark.parametrize(
    ("given", "end", "writes"),
    [("activate", PROVED, [SAVED, SAVED_LAST]), ("stop", CANCELLED, [])],
)
def test_a_second_person_decides(
    installation: Rehearsal, given: str, end: tuple[str, int], writes: list[tuple[str, str]]
) -> None:
    account = with_member(installation, login_history="off-later")
    run_id, report = confirm(installation, account)
    assert asks(report) == "login-disabled-on-purpose"
    assert "#support_licensing_subscription" in report["question"]["text"]
    with pytest.raises(Refused, match="Somebody other than kim"):
        handover.answer(run_id, "activate", reason="I am sure", by="kim")
    assert ended(answered(installation, run_id, given)) == end
    assert installation.written_by(run_id) == writes


@pytest.mark.rule("L1")
def test_somebody_who_is_no_member_is_refused(installation: Rehearsal) -> None:
    """Be they a Customer or nobody: saving them could replace the Sold To of another account."""
    customer = installation.account(login_activated=False)
    nobody = installation.account(new_person="none")
    for account in (customer, nobody):
        run_id, report = confirm(installation, account)
        assert ended(report) == REFUSED
        assert "add-contact" in report["summary"]
        assert installation.written_by(run_id) == []


@pytest.mark.rule("L3")
@pytest.mark.parametrize(
    "order", [{"sold_to_customer": False}, {"sold_to_member": False}, {"shared_contact": True}]
)
@pytest.mark.parametrize(("given", "end"), [("go-on", PROVED), ("stop", CANCELLED)])
def test_a_sold_to_who_cannot_be_saved_last(
    installation: Rehearsal, order: dict[str, Any], given: str, end: tuple[str, int]
) -> None:
    account = with_member(installation, login_activated=False, **order)
    run_id, report = confirm(installation, account)
    assert asks(report) == "nobody-to-save-last"
    assert ended(answered(installation, run_id, given)) == end
    assert installation.written_by(run_id) == ([SAVED, CONTACT] if end == PROVED else [])
    found = installation.truth(account)["zuora"]
    assert found["sold_to"]["work_email"] == account["sold_to"]["email"]
    assert found["bill_to"]["work_email"] == account["bill_to"]["email"]


@pytest.mark.rule("L3")
def test_an_unchanged_save_that_starts_no_sync(installation: Rehearsal) -> None:
    account = with_member(installation, login_activated=False)
    installation.control("PUT", "settings", {"unchanged_save_syncs": False})
    try:
        run_id, report = confirm(installation, account)
        assert asks(report) == "sold-to-not-restored"
        assert ended(answered(installation, run_id, "restore")) == PROVED
    finally:
        installation.control("PUT", "settings", {"unchanged_save_syncs": True})
    assert installation.written_by(run_id) == [SAVED, SAVED_LAST, CONTACT]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("L3")
def test_the_sold_to_s_own_login_needs_no_further_save(installation: Rehearsal) -> None:
    """Activating it saves this very person."""
    account = with_member(installation, login_activated=False)
    theirs = {**account["ticket"], "approved": account["ticket"]["asked"]}
    sold_to_off = {**account, "sold_to": account["new"], "ticket": theirs}
    Billing(installation).make_sold_to(account, account["new"])
    installation.truth(account)
    evidence = {**installation.request(sold_to_off)["evidence"]}
    email = account["new"]["email"]
    run_id, report = begun(
        installation, "confirm-login", account, contact_email=email, evidence=evidence
    )
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [SAVED]
    assert installation.sold_to(account) == email
