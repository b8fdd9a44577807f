"""change-contact --reverses: a disputed transfer is taken back by a run of its own."""

from typing import Any

import pytest

import handover
from domain.errors import InvalidRequest, Refused
from tests.integration.workflows.test_change_contact_rename import (
    C5,
    RENAMED,
    SAVED,
    SENT,
    answer,
    asked_again,
    asks,
    customer,
    rename,
    settled,
    without_customer,
)
from tests.parts.customers import link_gitlab, links, mails, sign_up
from tests.parts.rehearsal import Rehearsal


def transferred(installation: Rehearsal) -> tuple[dict[str, Any], str]:
    """An account that was changed to an existing Customer (C5), and the run that did it."""
    account = installation.account()
    run_id = installation.start(account)
    assert installation.wait(run_id)["result"] == "proved"
    return account, run_id


def back(installation: Rehearsal, account: dict[str, Any], run_id: str, **more: Any) -> Any:
    """A request that takes a transfer back: its own ticket, and an invoice for evidence."""
    truth = installation.truth(account)
    request = {
        "workflow": "change-contact",
        "ticket": "4799",
        "reverses": run_id,
        "requester_email": account["sold_to"]["email"],
        "self_service_ruled_out": "the new owner disputes that they are not entitled",
        "evidence": {
            "kind": "invoice",
            "invoice": truth["zuora"]["invoices"][0]["number"],
            "document": "invoice.pdf on the ticket",
            "seen_by": "lee",
        },
    }
    return {**request, **more}


def taken_back(
    installation: Rehearsal, account: dict[str, Any], run_id: str, **more: Any
) -> dict[str, Any]:
    """The report of the run that takes it back."""
    started = handover.start(back(installation, account, run_id, **more))
    return installation.wait(started.id)


@pytest.mark.rule("C5", "V3", "C7")
def test_a_transfer_between_customers_is_taken_back(installation: Rehearsal) -> None:
    """The person who comes back was never named; both runs name the other."""
    account, run_id = transferred(installation)
    report = taken_back(installation, account, run_id)
    assert report["result"] == "proved", report
    assert installation.written(account) == [*C5, *C5]
    assert installation.sold_to(account) == account["sold_to"]["email"]
    assert installation.members(account) == [account["sold_to"]["customer_id"]]
    assert (report["reverses"], report["ticket"]) == (run_id, "4799")
    assert handover.report(run_id)["reversed_by"] == [report["run"]]


@pytest.mark.rule("C6", "C7")
def test_a_renamed_customer_is_renamed_back(installation: Rehearsal) -> None:
    """The previous owner has no Customer any more; whoever was linked since is unlinked."""
    account = without_customer(installation)
    run_id = rename(installation, account)["run"]
    link_gitlab(links(installation, account["new"]["email"])[0], "777")
    report = taken_back(installation, account, run_id)
    assert report["result"] == "proved", report
    assert installation.writes_by_run(account)[-len(RENAMED) :] == RENAMED
    one = customer(installation, account)
    assert (one["email"], one["uid"]) == (account["sold_to"]["email"], None)
    assert installation.sold_to(account) == account["sold_to"]["email"]
    assert mails(installation, account["sold_to"]["email"]) == ["one-time-link"]


@pytest.mark.rule("C6", "C5")
def test_where_the_previous_owner_signed_up_again_nobody_is_renamed(
    installation: Rehearsal,
) -> None:
    account = without_customer(installation)
    run_id = rename(installation, account)["run"]
    anew = sign_up(installation, account["sold_to"])
    report = taken_back(installation, account, run_id)
    assert report["result"] == "proved", report
    assert installation.writes_by_run(account)[-3:] == C5
    assert installation.members(account) == [int(anew)]


@pytest.mark.rule("C5")
def test_taking_back_twice_is_the_same_run_and_then_finds_it_done(
    installation: Rehearsal,
) -> None:
    account, run_id = transferred(installation)
    request = back(installation, account, run_id)
    first = handover.start(request)
    assert handover.start(request).id == first.id
    installation.wait(first.id)
    again = taken_back(installation, account, run_id)
    assert (again["result"], again["plan"]) == ("proved", []), again
    assert handover.report(run_id)["reversed_by"] == [first.id, again["run"]]
    assert installation.written(account) == [*C5, *C5]


@pytest.mark.rule("V1", "V3")
def test_a_reversal_has_to_be_vetted_like_any_change(installation: Rehearsal) -> None:
    account, run_id = transferred(installation)
    before = installation.written(account)
    request = back(installation, account, run_id)
    evidence = {**request["evidence"], "invoice": "INV99999999"}
    report = taken_back(installation, account, run_id, evidence=evidence)
    assert (asks(report), installation.written(account)) == ("evidence-refused", before)


def test_what_contradicts_the_run_is_refused_at_once(installation: Rehearsal) -> None:
    """All of it, and without a word about who the Sold To was (G5)."""
    account, run_id = transferred(installation)
    contact = {"first_name": "Quite", "last_name": "Another", "email": "canary@person.example"}
    request = back(installation, account, run_id, new_contact=contact)
    with pytest.raises(InvalidRequest) as caught:
        handover.start({**request, "account": "A00000001"})
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "account",
        "new_contact",
    ]
    said = str(caught.value)
    assert not [v for v in (*contact.values(), *account["sold_to"].values()) if str(v) in said]
    given = {k: account["sold_to"][k] for k in ("first_name", "last_name", "email")}
    assert handover.preview(back(installation, account, run_id, new_contact=given))["changes"]


def test_only_a_proved_transfer_can_be_taken_back(installation: Rehearsal) -> None:
    account, _ = transferred(installation)
    other = installation.account()
    added = installation.begin("add-contact", other, contact_email=other["new"]["email"])
    refused = installation.start(installation.account(new_person="none"))
    installation.wait(added)
    asks(installation.wait(refused))
    for wrong, said in (
        ("ho-nothere", "there is no such run"),
        (added, "is a add-contact that is proved"),
        (refused, "is a change-contact that is waiting"),
    ):
        with pytest.raises(InvalidRequest, match=said):
            handover.start(back(installation, account, wrong))


def test_a_later_transfer_has_to_be_taken_back_first(installation: Rehearsal) -> None:
    account, run_id = transferred(installation)
    first = taken_back(installation, account, run_id)
    later = installation.wait(installation.start(account))
    assert later["result"] == "proved"
    with pytest.raises(InvalidRequest, match=f"{later['run']} has changed the contact since"):
        handover.start(back(installation, account, run_id))
    report = taken_back(installation, account, later["run"])
    assert (first["result"], report["result"]) == ("proved", "proved")


def test_one_more_link_is_no_later_transfer(installation: Rehearsal) -> None:
    """It changed nothing that would have to be taken back first."""
    account = without_customer(installation)
    run_id = rename(installation, account)["run"]
    assert asked_again(installation, account, another_link=True)["result"] == "proved"
    assert taken_back(installation, account, run_id)["result"] == "proved"
    assert installation.sold_to(account) == account["sold_to"]["email"]


def test_a_forgotten_run_says_what_to_do_instead(installation: Rehearsal) -> None:
    account, run_id = transferred(installation)
    handover.forget(run_id, by="lee")
    with pytest.raises(Refused, match="name the contact yourself") as caught:
        handover.start(back(installation, account, run_id))
    assert caught.value.code == "forgotten"


@pytest.mark.rule("A2", "C6")
def test_a_reversal_may_say_itself_whether_to_rename(installation: Rehearsal) -> None:
    account = without_customer(installation)
    run_id = rename(installation, account)["run"]
    settled(installation, account)
    report = taken_back(installation, account, run_id, rename_customer=False)
    assert asks(report) == "no-customer"
    report = answer(installation, report, "rename")
    assert report["result"] == "proved", report
    assert installation.writes_by_run(account)[-2:] == [SAVED, SENT]
