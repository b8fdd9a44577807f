"""change-contact, the new contact has no Customer (C6): the Sold To's becomes theirs alone."""

from typing import Any

import pytest

import handover
from handover import api
from tests.parts.billing import add_member
from tests.parts.customers import link_gitlab, links, mails, save, sign_up
from tests.parts.rehearsal import Rehearsal
from worker.canvas import canvas_for

SAVED = ("customer", "update")
UNLINKED = [SAVED, ("admin_tool_audit_event", "create")]
SENT = ("customer", "send")
WRITTEN_BACK = ("billing_account_contact", "update")
RENAMED = [SAVED, *UNLINKED, SENT]
C5 = [
    ("billing_account_membership", "create"),
    ("billing_account_membership", "delete"),
    WRITTEN_BACK,
]


def without_customer(installation: Rehearsal, **order: Any) -> dict[str, Any]:
    """A fresh account whose new contact has no Customer; the Sold To's is linked to GitLab."""
    return installation.account(**{"new_person": "none", "sold_to_uid": "501", **order})


def rename(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The report of a run that was told to rename."""
    changes = {"rename_customer": True, **changes}
    return installation.wait(installation.start(account, **changes))


def answer(installation: Rehearsal, report: dict[str, Any], given: str) -> dict[str, Any]:
    """Answers a run's question and waits for what comes of it."""
    handover.answer(report["run"], given, reason="ticket 4712, comment 7", by="lee")
    return installation.wait(report["run"])


def asks(report: dict[str, Any]) -> str:
    """The kind of a run's question."""
    assert report["state"] == "waiting", report
    return str(report["question"]["kind"])


def customer(installation: Rehearsal, account: dict[str, Any]) -> dict[str, Any]:
    """The Customer who was the Sold To's when the account was made."""
    key = account["sold_to"]["customer_id"]
    found = installation.truth(account)["customersdot"]["customers"]
    return next(dict(one) for one in found if one["id"] == key)


def settled(installation: Rehearsal, account: dict[str, Any]) -> None:
    """The login is the new contact's alone, and nobody else was made or changed."""
    new, one = account["new"], customer(installation, account)
    assert (one["first_name"], one["email"]) == (new["first_name"], new["email"])
    assert not one["unconfirmed_email"]
    assert one["uid"] != "501"
    assert installation.members(account) == [one["id"]]
    assert installation.sold_to(account) == new["email"]
    truth = installation.truth(account)
    emails = [c["email"] for c in truth["customersdot"]["customers"]]
    assert account["sold_to"]["email"] not in emails
    assert truth["zuora"]["bill_to"]["work_email"] == account["bill_to"]["email"]


@pytest.mark.rule("C6", "C7", "G1", "G4")
def test_the_sold_tos_customer_becomes_the_new_contacts(installation: Rehearsal) -> None:
    """Renamed, unlinked, one link, in this order; the sync has made S unneeded."""
    account = without_customer(installation)
    report = rename(installation, account)
    assert report["result"] == "proved", report
    assert installation.written(account) == RENAMED
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]
    assert mails(installation, account["sold_to"]["email"]) == []
    assert [message["name"] for message in report["messages"]] == ["link-your-account"]
    settled(installation, account)


@pytest.mark.rule("S1", "S3", "S4", "S5", "C6")
def test_where_the_sync_did_not_bring_it_s_does(installation: Rehearsal) -> None:
    """The new contact is the Bill To already: saving their Customer leaves the Sold To alone."""
    account = without_customer(installation)
    bill = {name: account["bill_to"][name] for name in ("first_name", "last_name", "email")}
    report = rename(installation, account, new_contact=bill)
    assert report["result"] == "proved", report
    assert installation.written(account) == [*RENAMED, WRITTEN_BACK]
    assert installation.sold_to(account) == bill["email"]


@pytest.mark.rule("C6")
def test_a_step_with_nothing_to_do_says_so(installation: Rehearsal) -> None:
    account = without_customer(installation, sold_to_uid=None)
    report = rename(installation, account)
    assert report["result"] == "proved", report
    assert installation.written(account) == [SAVED, SENT]
    notes = {step["name"]: step["note"] for step in report["steps"]}
    assert notes["unlink_gitlab_account"] == "nothing to do"
    assert any("linked to no GitLab account" in note for note in report["notes"])


@pytest.mark.rule("C6")
def test_the_link_is_nowhere_with_us_and_the_new_owner_may_use_it(installation: Rehearsal) -> None:
    """It signs them in; the account that they link is theirs, and the proof holds with it."""
    account = without_customer(installation)
    report = rename(installation, account)
    [link] = links(installation, account["new"]["email"])
    secret = link.rpartition("/")[2].encode()
    found = [where for where, content in installation._everything().items() if secret in content]
    assert found == []
    link_gitlab(link, "777")
    assert customer(installation, account)["uid"] == "777"
    assert handover.prove(account["account_number"], run=report["run"])["holds"]
    settled(installation, account)
    assert report["result"] == "proved"


# what is asked before anything is written


@pytest.mark.rule("A2", "C6")
def test_without_the_word_it_is_asked_and_answered_by_renaming(installation: Rehearsal) -> None:
    account = without_customer(installation)
    report = rename(installation, account, rename_customer=False)
    assert asks(report) == "no-customer"
    assert installation.writes(account) == []
    report = answer(installation, report, "rename")
    assert report["result"] == "proved", report
    assert installation.written(account) == RENAMED


@pytest.mark.rule("A2", "C5")
def test_whoever_signs_up_meanwhile_is_changed_to(installation: Rehearsal) -> None:
    """“signed-up” and the rename both lead into C5 then; nobody is renamed."""
    account = without_customer(installation)
    report = rename(installation, account, rename_customer=False)
    sign_up(installation, account["new"])
    report = answer(installation, report, "signed-up")
    assert report["result"] == "proved", report
    assert installation.writes_by_run(account)[-3:] == C5
    assert customer(installation, account)["email"] == account["sold_to"]["email"]


@pytest.mark.rule("A2", "C4", "C5")
def test_a_rename_is_not_needed_where_there_is_a_customer(installation: Rehearsal) -> None:
    account = installation.account()
    report = rename(installation, account)
    assert report["result"] == "proved", report
    assert installation.written(account) == C5
    assert any("already been taken" in note for note in report["notes"])


@pytest.mark.rule("A2")
def test_a_missing_customer_can_end_the_run(installation: Rehearsal) -> None:
    account = without_customer(installation)
    report = rename(installation, account, rename_customer=False)
    assert answer(installation, report, "stop")["result"] == "cancelled"
    assert installation.writes(account) == []


@pytest.mark.rule("C6")
@pytest.mark.parametrize("order", [{"sold_to_customer": False}, {"sold_to_member": False}])
def test_no_other_login_is_renamed(installation: Rehearsal, order: dict[str, bool]) -> None:
    """Decision 4: asked; once the new contact has signed up it is C5."""
    account = without_customer(installation, **order)
    report = rename(installation, account)
    assert asks(report) == "nobody-to-rename"
    assert installation.writes(account) == []
    sign_up(installation, account["new"])
    report = answer(installation, report, "signed-up")
    assert report["result"] == "proved", report
    assert SENT not in installation.written(account)


@pytest.mark.rule("C6", "S6")
def test_nobody_to_rename_can_be_handed_over_or_stopped(installation: Rehearsal) -> None:
    account = without_customer(installation, sold_to_customer=False)
    report = answer(installation, rename(installation, account), "hand-over")
    assert asks(report) == "with-billing"
    other = without_customer(installation, sold_to_customer=False)
    report = answer(installation, rename(installation, other), "stop")
    assert report["result"] == "cancelled"
    assert installation.writes(account) + installation.writes(other) == []


@pytest.mark.rule("C6")
def test_a_pending_change_of_email_is_never_left_behind(installation: Rehearsal) -> None:
    """It is asked about before the rename, which would not remove it."""
    account = without_customer(installation)
    save(account["sold_to"]["customer_id"], email="other@elsewhere.example")
    before = installation.written(account)
    report = rename(installation, account)
    assert asks(report) == "unconfirmed-email"
    assert asks(answer(installation, report, "plan-anew")) == "unconfirmed-email"
    assert answer(installation, report, "stop")["result"] == "cancelled"
    assert installation.written(account) == before


@pytest.mark.rule("L1", "L2", "C6")
def test_a_login_that_is_off_is_asked_about_and_activated_before_the_link(
    installation: Rehearsal,
) -> None:
    """A Customer whose login is off gets no sign-in mail."""
    account = without_customer(installation)
    save(account["sold_to"]["customer_id"], login_activated=False)
    installation.truth(account)
    before = len(installation.written(account))
    report = rename(installation, account)
    assert asks(report) == "login-disabled-on-purpose"
    report = answer(installation, report, "activate")
    assert report["result"] == "proved", report
    assert installation.written(account)[before:] == [SAVED, *RENAMED]
    assert mails(installation, account["new"]["email"]) == ["one-time-link"]
    settled(installation, account)


@pytest.mark.rule("L1", "L2", "C6")
def test_a_login_that_was_never_on_is_activated_without_a_question(
    installation: Rehearsal,
) -> None:
    account = without_customer(installation, sold_to_customer=False)
    key = sign_up(installation, account["sold_to"], login=False)
    add_member({"customer_id": key}, str(account["billing_account_id"]))
    report = rename(installation, account)
    assert report["result"] == "proved", report
    assert installation.written(account)[-3:] == [SAVED, SAVED, SENT]


@pytest.mark.rule("S2", "C6")
def test_a_shared_contact_changes_both_roles(installation: Rehearsal) -> None:
    account = without_customer(installation, shared_contact=True)
    report = rename(installation, account)
    assert asks(report) == "shared-contact"
    report = answer(installation, report, "change-both")
    assert report["result"] == "proved", report
    zuora = installation.truth(account)["zuora"]
    assert zuora["sold_to"]["id"] == zuora["bill_to"]["id"]


# again


@pytest.mark.rule("C6")
def test_the_same_request_again_finds_it_done(installation: Rehearsal) -> None:
    """While it goes on it is the same run; after its end a run that writes nothing."""
    account = without_customer(installation)
    run_id = installation.start(account, rename_customer=True)
    assert installation.start(account, rename_customer=True) == run_id
    assert installation.wait(run_id)["result"] == "proved"
    again = asked_again(installation, account)
    assert (again["result"], again["plan"]) == ("proved", []), again
    assert installation.written(account) == RENAMED


@pytest.mark.rule("C6")
def test_a_link_that_expired_or_never_came_is_sent_again_on_request(
    installation: Rehearsal,
) -> None:
    """Also where the login was switched off meanwhile; nothing else is written."""
    account = without_customer(installation)
    rename(installation, account)
    save(account["sold_to"]["customer_id"], login_activated=False)
    installation.truth(account)
    before = len(installation.written(account))
    report = asked_again(installation, account, another_link=True)
    assert asks(report) == "login-disabled-on-purpose"
    report = answer(installation, report, "activate")
    assert report["result"] == "proved", report
    assert installation.written(account)[before:] == [SAVED, SENT]
    assert mails(installation, account["new"]["email"]) == ["one-time-link"] * 2


@pytest.mark.rule("C6")
@pytest.mark.parametrize("given", ["keep", "unlink"])
def test_whose_an_account_is_that_was_linked_before_the_run_is_asked(
    installation: Rehearsal, given: str
) -> None:
    account = without_customer(installation)
    rename(installation, account)
    link_gitlab(links(installation, account["new"]["email"])[0], "777")
    report = asked_again(installation, account)
    assert asks(report) == "linked-gitlab-account"
    report = answer(installation, report, given)
    assert report["result"] == "proved", report
    assert customer(installation, account)["uid"] == ("777" if given == "keep" else None)


def asked_again(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The request once more, now that the new contact is the Sold To, with an invoice."""
    invoice = installation.truth(account)["zuora"]["invoices"][0]["number"]
    seen = {"document": "invoice.pdf on the ticket", "seen_by": "lee"}
    evidence = {"kind": "invoice", "invoice": invoice, **seen}
    return rename(installation, account, evidence=evidence, **changes)


# runs that began before C6 was built


@pytest.mark.rule("C5")
def test_runs_of_the_earlier_version_go_on(
    installation: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C5 ends as it began; what would need C6 is told to start again."""
    monkeypatch.setattr(api, "canvas_for", lambda workflow: canvas_for(workflow, 2))
    account, lonely = installation.account(), without_customer(installation)
    report = installation.wait(installation.start(account))
    assert (report["result"], len(report["steps"])) == ("proved", 9)
    report = rename(installation, lonely)
    assert (report["result"], report["reason"]) == ("refused", "earlier-version")
    assert installation.writes(lonely) == []
