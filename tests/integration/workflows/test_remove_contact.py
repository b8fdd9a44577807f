"""remove-contact (R): exactly one membership ends; no Customer and no contact changes."""

from typing import Any

import pytest

from tests.integration.workflows.asking import (
    CANCELLED,
    PROVED,
    REFUSED,
    REMOVED,
    answered,
    asks,
    begun,
    ended,
)
from tests.parts.billing import add_member, remove_member
from tests.parts.rehearsal import Rehearsal


def with_two_members(installation: Rehearsal) -> dict[str, Any]:
    """An account that the Sold To and the new person manage."""
    account = installation.account()
    add_member(account["new"], str(account["billing_account_id"]))
    return account


def remove(
    installation: Rehearsal, account: dict[str, Any], who: str = "new", **fields: Any
) -> tuple[str, dict[str, Any]]:
    """A run that removes somebody, and its first report."""
    email = account[who]["email"]
    return begun(installation, "remove-contact", account, contact_email=email, **fields)


def by_run(installation: Rehearsal, run_id: str) -> list[tuple[str, str]]:
    """What a run wrote, wherever."""
    return installation.written_by(run_id)


@pytest.mark.rule("R1", "R2", "R3", "R4", "C7")
def test_one_membership_ends(installation: Rehearsal) -> None:
    account = with_two_members(installation)
    before = installation.truth(account)
    run_id, report = remove(installation, account)
    assert ended(report) == PROVED, report
    assert by_run(installation, run_id) == [REMOVED]
    after = installation.truth(account)
    assert installation.members(account) == [account["sold_to"]["customer_id"]]
    assert after["zuora"] == before["zuora"]
    assert after["customersdot"]["customers"] == before["customersdot"]["customers"]


@pytest.mark.rule("R3")
def test_the_same_again(installation: Rehearsal) -> None:
    """One run while it is unfinished; afterwards nothing is left to do, which is said."""
    account = with_two_members(installation)
    email = account["new"]["email"]
    first = installation.begin("remove-contact", account, contact_email=email)
    assert installation.begin("remove-contact", account, contact_email=email) == first
    installation.wait(first)
    later, report = remove(installation, account)
    assert later != first
    assert ended(report) == PROVED
    assert any("does not manage" in note for note in report["notes"])
    assert by_run(installation, later) == []


@pytest.mark.rule("R1")
def test_nobody_has_that_email(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    _, report = remove(installation, account)
    assert ended(report) == REFUSED
    assert installation.writes(account) == []


@pytest.mark.rule("R2")
def test_the_right_customer_of_another_account(installation: Rehearsal) -> None:
    """Their membership stays, and the account that they do manage is named."""
    account = installation.account(new_person="member-elsewhere")
    run_id, report = remove(installation, account)
    assert ended(report) == REFUSED
    assert "billing account" in report["summary"]
    assert by_run(installation, run_id) == []


@pytest.mark.rule("R5")
@pytest.mark.parametrize(
    ("given", "end", "writes"), [("leave-empty", PROVED, [REMOVED]), ("stop", CANCELLED, [])]
)
def test_the_only_membership(
    installation: Rehearsal, given: str, end: tuple[str, int], writes: list[tuple[str, str]]
) -> None:
    account = installation.account()
    run_id, report = remove(installation, account, "sold_to")
    assert asks(report) == "last-member"
    assert installation.writes(account) == []
    assert ended(answered(installation, run_id, given)) == end
    assert by_run(installation, run_id) == writes
    assert len(installation.members(account)) == 1 - len(writes)


@pytest.mark.rule("R5")
def test_it_is_the_only_membership_no_more(installation: Rehearsal) -> None:
    """Planned anew, the question is gone."""
    account = installation.account()
    run_id, report = remove(installation, account, "sold_to")
    assert asks(report) == "last-member"
    add_member(account["new"], str(account["billing_account_id"]))
    assert ended(answered(installation, run_id, "plan-anew")) == PROVED
    assert installation.members(account) == [account["new"]["customer_id"]]


@pytest.mark.rule("R2", "R3")
def test_the_sold_to_s_own_membership(installation: Rehearsal) -> None:
    """They stay the Sold To in Zuora, and that is said."""
    account = with_two_members(installation)
    _, report = remove(installation, account, "sold_to")
    assert ended(report) == PROVED, report
    assert any("Sold To" in note for note in report["notes"])
    assert installation.members(account) == [account["new"]["customer_id"]]
    assert installation.sold_to(account) == account["sold_to"]["email"]


@pytest.mark.rule("R4")
@pytest.mark.parametrize("by_hand", ["gone", "somebody-else"])
def test_somebody_was_faster(installation: Rehearsal, by_hand: str) -> None:
    """A membership that is gone counts as done; one more member means that the plan is stale."""
    account = with_two_members(installation)
    run_id, report = remove(
        installation,
        account,
        evidence=None,
        reason_without_evidence="the company says that they left",
    )
    assert asks(report) == "without-evidence"
    if by_hand == "gone":
        remove_member(account["new"])
    else:
        add_member(installation.account()["new"], str(account["billing_account_id"]))
    assert ended(answered(installation, run_id, "go-on")) == PROVED
    assert by_run(installation, run_id) == ([] if by_hand == "gone" else [REMOVED])
    assert account["new"]["customer_id"] not in installation.members(account)


@pytest.mark.rule("R3")
def test_nothing_is_removed_without_evidence_where_somebody_says_stop(
    installation: Rehearsal,
) -> None:
    account = with_two_members(installation)
    reason = "the company says that they left"
    run_id, _ = remove(installation, account, evidence=None, reason_without_evidence=reason)
    assert ended(answered(installation, run_id, "stop")) == CANCELLED
    assert by_run(installation, run_id) == []
