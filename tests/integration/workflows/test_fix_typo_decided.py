"""fix-typo (T): each refusal and each question of its rules, answered each way."""

from typing import Any

import pytest

import handover
from domain.errors import InvalidRequest, Refused
from tests.parts.rehearsal import Rehearsal
from tests.parts.typos import CODE, CUSTOMER, Typo, mistyped_account
from tests.parts.zuora_by_hand import change_sold_to

FIXED = [CUSTOMER, CODE]
DAYS = 24 * 3600.0


def asked(typo: Typo, kind: str, **changes: Any) -> str:
    """Starts a run that comes to this question before it has written anything; its id."""
    run_id = typo.start(**changes)
    report = typo.installation.wait(run_id)
    assert (report["state"], report["question"]["kind"]) == ("waiting", kind), report
    assert typo.installation.written(typo.account) == []
    return run_id


def answer(typo: Typo, run_id: str, given: str, by: str = "lee") -> dict[str, Any]:
    """Answers and waits for what comes of it."""
    handover.answer(run_id, given, reason="ticket 4712, comment 7", by=by)
    return typo.installation.wait(run_id)


def refused(typo: Typo, code: str, **changes: Any) -> None:
    """The run ends so, without a write."""
    report = typo.fix(**changes)
    assert (report["result"], report["reason"]) == ("refused", code), report
    assert typo.installation.writes_by_run(typo.account) == []


# T1


@pytest.mark.rule("T1")
def test_a_used_code_is_no_typo(installation: Rehearsal) -> None:
    """Found out first of all: nothing is recorded on the ticket either."""
    typo = mistyped_account(installation, licence="cloud-used")
    refused(typo, "activation-code-used")
    assert typo.notes() == []


# T2


UNCLEAR = [
    ("suppressed", 60),
    ("no-mx", 60),
    ("no-mx-old", 60),
    ("greylisted", 60),
    ("rejected", 60),
    (None, 60),
    ("no-mailbox", 31 * DAYS),
]


@pytest.mark.rule("T2")
@pytest.mark.parametrize(("log", "age"), UNCLEAR)
def test_what_is_no_bounce_is_a_question(
    installation: Rehearsal, log: str | None, age: float
) -> None:
    """Suppressed, no mail server, temporary, or no log left: a second person looks."""
    typo = mistyped_account(installation, log=log, age=age)
    run_id = asked(typo, "mail-log-inconclusive", mail_log="550 5.1.1 no such user")
    with pytest.raises(Refused, match="Somebody other"):
        handover.answer(run_id, "failed", reason="I saw it", by="kim")
    report = answer(typo, run_id, "failed")
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == FIXED


@pytest.mark.rule("T2", "T3")
def test_the_entry_of_an_older_log_is_recorded(installation: Rehearsal) -> None:
    """Where the log is not kept any more, the request's own entry goes on the ticket, masked."""
    typo = mistyped_account(installation, log=None)
    entry = f"failed 550 5.1.1 <{typo.mistyped}> no such user"
    answer(typo, asked(typo, "mail-log-inconclusive", mail_log=entry), "failed")
    (note,) = typo.notes()
    assert "no such user" in note["body"]
    assert typo.mistyped not in note["body"]


@pytest.mark.rule("T2")
def test_nobody_saw_it_fail(installation: Rehearsal) -> None:
    typo = mistyped_account(installation, log=None)
    run_id = asked(typo, "mail-log-inconclusive")
    assert answer(typo, run_id, "stop", by="kim")["result"] == "cancelled"
    assert installation.written(typo.account) == []
    assert typo.notes() == []


@pytest.mark.rule("T2")
def test_the_log_is_read_again(installation: Rehearsal) -> None:
    """Whoever started the run may ask for that; what it then says decides."""
    typo = mistyped_account(installation, log="greylisted")
    run_id = asked(typo, "mail-log-inconclusive")
    assert answer(typo, run_id, "look-again", by="kim")["state"] == "waiting"
    installation.control("POST", "mail", {"recipient": typo.mistyped, "outcome": "no-mailbox"})
    assert answer(typo, run_id, "look-again", by="kim")["result"] == "proved"


@pytest.mark.rule("T2")
@pytest.mark.parametrize(
    ("given", "result", "written"), [("no-stranger", "proved", FIXED), ("stop", "cancelled", [])]
)
def test_a_stranger_may_have_it(
    installation: Rehearsal, given: str, result: str, written: list[tuple[str, str]]
) -> None:
    """A delivery outweighs every failure: stop and ask a second person."""
    typo = mistyped_account(installation)
    installation.control("POST", "mail", {"recipient": typo.mistyped, "outcome": "delivered"})
    run_id = asked(typo, "mail-delivered")
    with pytest.raises(Refused, match="Somebody other"):
        handover.answer(run_id, "no-stranger", reason="it is mine", by="kim")
    assert answer(typo, run_id, given)["result"] == result
    assert installation.written(typo.account) == written


# T3


@pytest.mark.rule("T3")
def test_a_closed_ticket_takes_no_note(installation: Rehearsal) -> None:
    """The error can't be recorded, so nothing is changed."""
    typo = mistyped_account(installation)
    installation.control("POST", f"tickets/{typo.ticket}", {"status": "closed"})
    refused(typo, "ticket-closed")


# T4


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    "planted",
    [
        {"says": "The right address is in SFDC."},
        {"says": "The right address is x{right}."},
        {"confirmed_by": "somebody@else.example"},
        {"verified": False},
    ],
)
def test_what_is_no_confirmation(installation: Rehearsal, planted: dict[str, Any]) -> None:
    """Another author, an unverified one, or another address: a second person has to find it."""
    typo = mistyped_account(installation, **planted)
    run_id = asked(typo, "address-not-confirmed")
    with pytest.raises(Refused, match="Somebody other"):
        handover.answer(run_id, "confirmed", reason="they told me", by="kim")
    assert answer(typo, run_id, "confirmed")["result"] == "proved"
    assert installation.written(typo.account) == FIXED


@pytest.mark.rule("T4", "V1")
@pytest.mark.parametrize("address", ["stranger@a1.example", "stranger@notsales.example"])
def test_an_outsider_corrects_no_typo(installation: Rehearsal, address: str) -> None:
    """Their own ticket and a mailbox that is gone would be a transfer without evidence (V)."""
    typo = mistyped_account(installation, requester=address)
    run_id = asked(typo, "address-not-confirmed")
    assert "nobody of GitLab's" in handover.report(run_id)["question"]["text"]
    with pytest.raises(Refused, match="Somebody other"):
        handover.answer(run_id, "confirmed", reason="they asked nicely", by="kim")
    assert answer(typo, run_id, "stop", by="kim")["result"] == "cancelled"
    assert installation.written(typo.account) == []


@pytest.mark.rule("T4")
@pytest.mark.parametrize(
    "named", [{"confirmed_in": "999999"}, {"requester_email": "boss@else.example"}]
)
def test_nobody_has_confirmed_it(installation: Rehearsal, named: dict[str, str]) -> None:
    """No such comment, or a requester who is not the ticket's: nothing changes."""
    typo = mistyped_account(installation)
    run_id = asked(typo, "address-not-confirmed", **named)
    assert answer(typo, run_id, "stop", by="kim")["result"] == "cancelled"
    assert installation.written(typo.account) == []


@pytest.mark.rule("T4")
def test_the_confirmation_comes_later(installation: Rehearsal) -> None:
    """The comment is looked at again, not asked about for ever."""
    typo = mistyped_account(installation, verified=False)
    more = {"comments": [{"author": typo.manager, "body": f"Sure: {typo.right}"}]}
    run_id = asked(typo, "address-not-confirmed")
    installation.control("POST", f"tickets/{typo.ticket}", more)
    assert answer(typo, run_id, "look-again", by="kim")["question"]["rule"] == "T4"
    assert answer(typo, run_id, "stop", by="kim")["result"] == "cancelled"


# T5


@pytest.mark.rule("T5")
def test_the_sold_to_has_another_email(installation: Rehearsal) -> None:
    typo = mistyped_account(installation)
    refused(typo, "mistyped-email-not-sold-to", mistyped_email=typo.account["bill_to"]["email"])


@pytest.mark.rule("T5")
def test_the_corrected_email_is_somebodys(installation: Rehearsal) -> None:
    """Another Customer has it: that is a change of contact, and needs evidence of ownership."""
    typo = mistyped_account(installation, says="It is {right}.")
    installation.control(
        "POST",
        f"tickets/{typo.ticket}",
        {"comments": [{"author": typo.manager, "body": typo.account["new"]["email"]}]},
    )
    found = installation.control("GET", f"tickets/{typo.ticket}")["comments"][-1]["id"]
    refused(
        typo,
        "corrected-email-taken",
        corrected_email=typo.account["new"]["email"],
        confirmed_in=str(found),
    )


@pytest.mark.rule("T5", "G4")
def test_nobody_has_the_mistyped_email(installation: Rehearsal) -> None:
    """The contact alone is not corrected: CustomersDot would make a Customer by itself."""
    refused(
        mistyped_account(installation, sold_to_customer=False), "mistyped-email-without-customer"
    )


@pytest.mark.rule("T5", "G1")
def test_the_customer_manages_another_account(installation: Rehearsal) -> None:
    """Saving them would write to the other account, so they are not saved."""
    typo = mistyped_account(installation, sold_to_member=False)
    run_id = asked(typo, "sold-to-manages-elsewhere")
    assert answer(typo, run_id, "plan-anew", by="kim")["state"] == "waiting"
    assert answer(typo, run_id, "stop", by="kim")["result"] == "cancelled"
    assert installation.written(typo.account) == []


@pytest.mark.rule("T5")
def test_the_subscription_is_another_accounts(installation: Rehearsal) -> None:
    refused(mistyped_account(installation), "subscription-not-on-account", subscription="A-S1")


@pytest.mark.rule("T5")
def test_case_is_no_typo(installation: Rehearsal) -> None:
    typo = mistyped_account(installation)
    with pytest.raises(InvalidRequest, match="the same mailbox"):
        typo.start(corrected_email=typo.mistyped.upper())


@pytest.mark.rule("T5", "C7")
def test_somebody_else_corrected_half_of_it(installation: Rehearsal) -> None:
    """The contact first, by hand: a second Customer came of it (G4), and no run can be proved."""
    typo = mistyped_account(installation)
    change_sold_to(installation, typo.account, workEmail=typo.right)
    installation.truth(typo.account)
    report = typo.fix()
    assert report["result"] == "stale", report
    assert "no Customer has the mistyped email" in report["summary"]
    assert installation.writes_by_run(typo.account) == []


# T6


@pytest.mark.rule("T6")
@pytest.mark.parametrize(
    ("given", "result"), [("arrived", "proved"), ("leave", "failed"), ("look-again", None)]
)
def test_a_mail_that_the_log_does_not_show(
    installation: Rehearsal, given: str, result: str | None
) -> None:
    """Unknown is never taken for delivered; a person asks whom it was for."""
    typo = mistyped_account(installation)
    installation.control("POST", "mailboxes", {"recipient": typo.right, "outcome": "lost"})
    run_id = typo.start()
    assert installation.wait(run_id)["question"]["kind"] == "mail-not-seen"
    assert answer(typo, run_id, given, by="kim")["result"] == result
    assert installation.written(typo.account) == FIXED


@pytest.mark.rule("T6")
def test_the_corrected_address_bounces_too(installation: Rehearsal) -> None:
    """Nobody waits for what the log already says."""
    typo = mistyped_account(installation)
    installation.control("POST", "mailboxes", {"recipient": typo.right, "outcome": "no-mailbox"})
    report = typo.fix()
    assert report["question"]["kind"] == "mail-not-seen"
    assert "no such mailbox" in report["question"]["text"]
