"""People whose records are not as a workflow would like them: what is offered instead."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.mail import MailVerdict, verdict
from tasks.clients import customersdot, mailgun
from tests.integration.workflows.asking import (
    CANCELLED,
    CONTACT,
    CREATED,
    PROVED,
    answered,
    asks,
    begun,
    ended,
)
from tests.integration.workflows.test_change_contact_rename import (
    RENAMED,
    SENT,
    asked_again,
    rename,
    without_customer,
)
from tests.parts.customers import links, sign_up
from tests.parts.rehearsal import Rehearsal


@pytest.mark.rule("A6")
def test_with_another_address_one_person_manages_two_accounts(installation: Rehearsal) -> None:
    """What is offered instead of a second membership: a second login, and the first one stays."""
    account = installation.account(new_person="member-elsewhere")
    email = account["new"]["email"]
    run_id, report = begun(installation, "add-contact", account, contact_email=email)
    assert asks(report) == "member-elsewhere"
    assert ended(answered(installation, run_id, "stop", by="kim")) == CANCELLED
    assert installation.writes(account) == []
    second = {**account["new"], "email": f"second-{email}"}
    made = sign_up(installation, second)
    run_id, report = begun(installation, "add-contact", account, contact_email=second["email"])
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [CREATED]
    assert int(made) in installation.members(account)
    held = customersdot().memberships_of_customer(str(account["new"]["customer_id"]))
    assert len(held) == 1


@pytest.mark.rule("C5", "R1", "R2")
@pytest.mark.parametrize("order", [{"sold_to_customer": False}, {"sold_to_member": False}])
def test_a_sold_to_who_manages_nothing_here_is_replaced(
    installation: Rehearsal, order: dict[str, bool]
) -> None:
    """There is no membership of theirs to remove; what they have elsewhere is left alone."""
    account = installation.account(**order)
    elsewhere = _held_by_the_sold_to(account)
    run_id = installation.start(account)
    report = installation.wait(run_id)
    assert ended(report) == PROVED, report
    assert installation.written_by(run_id) == [CREATED, CONTACT]
    assert installation.sold_to(account) == account["new"]["email"]
    assert installation.members(account) == [account["new"]["customer_id"]]
    assert _held_by_the_sold_to(account) == elsewhere


@pytest.mark.rule("C6")
def test_a_link_to_a_suppressed_mailbox_is_sent_again_once_it_is_let_through(
    installation: Rehearsal,
) -> None:
    """The portal says nothing of it; the mail log does. Nothing but the link is done again."""
    account = without_customer(installation)
    email = account["new"]["email"]
    installation.control("POST", "mailboxes", {"recipient": email, "outcome": "suppressed"})
    assert ended(rename(installation, account)) == PROVED
    assert _mail_log(account) == MailVerdict.SUPPRESSED
    installation.control("POST", "mailboxes", {"recipient": email, "outcome": "delivered"})
    report = asked_again(installation, account, another_link=True)
    assert ended(report) == PROVED, report
    assert installation.written(account) == [*RENAMED, SENT]
    assert _mail_log(account) == MailVerdict.DELIVERED
    assert len(links(installation, email)) == 2


def _held_by_the_sold_to(account: dict[str, Any]) -> list[str]:
    """The billing accounts that the Sold To's Customer manages."""
    found = customersdot().customer_by_email(account["sold_to"]["email"])
    held = customersdot().memberships_of_customer(found.id) if found else []
    return sorted(one.billing_account_id for one in held)


def _mail_log(account: dict[str, Any]) -> str:
    """What the mail log says of the new person's mailbox."""
    log, now = mailgun(), datetime.now(UTC)
    assert log
    day = timedelta(days=1)
    return str(verdict(log.events_for(account["new"]["email"], now - day, now + day)))
