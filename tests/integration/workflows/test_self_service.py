"""self-service (C1 to C4, C7): the customer acts; the run holds nothing meanwhile, and proves."""

from collections.abc import Iterator
from typing import Any

import pytest

import handover
from domain.errors import Locked
from tests.parts.billing import Billing, sign_up, switch_login_off
from tests.parts.portal import Portal
from tests.parts.redis import RedisServer
from tests.parts.rehearsal import Rehearsal, rehearsal
from tests.parts.waiting import wait_until
from worker import runtime
from worker.journal.schema import claims

CONTACT = ("billing_account_contact", "update")
TRANSFERRED = [
    ("billing_account_membership", "create"),
    ("billing_account_membership", "delete"),
    CONTACT,
]
OFTEN = {"HANDOVER_SELF_SERVICE_LOOK_SECONDS": "1", "HANDOVER_LAG_SECONDS": "3"}


@pytest.fixture(scope="module")
def installation(redis_server: RedisServer) -> Iterator[Rehearsal]:
    """An installation that looks every second, with two workers."""
    with rehearsal(redis_server, env=OFTEN) as made:
        for worker in (made.add_worker(), made.add_worker()):
            worker.wait_ready()
        yield made


def guided(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> str:
    """A run that waits for the customer; it has no evidence unless that is among the changes."""
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    fields = {"new_contact": new, "access": "owners-mailbox", "evidence": None, **changes}
    run_id = installation.begin("self-service", account, **fields)
    report = installation.wait(run_id)
    assert (report["state"], report["reason"]) == ("waiting", "customer-acts"), report
    return run_id


def ended(run_id: str) -> dict[str, Any]:
    """The report of a run once it has ended by itself."""
    wait_until(lambda: handover.report(run_id)["state"] == "ended", 60, f"the end of {run_id}")
    return handover.report(run_id)


def asks(run_id: str, kind: str) -> dict[str, Any]:
    """The report of a run once it asks a question of that kind."""

    def asked() -> bool:
        report = handover.report(run_id)
        return (report["state"], report["reason"]) == ("waiting", kind)

    wait_until(asked, 60, lambda: f"{kind} of {handover.report(run_id)}")
    return handover.report(run_id)


def rested(installation: Rehearsal, run_id: str, times: int) -> None:
    """Waits until a run has begun to rest so often."""

    def so_often() -> bool:
        kinds = [event["kind"] for event in installation.events(run_id)]
        return kinds.count("run.rests") == times

    wait_until(so_often, 30, f"rest no. {times}")


def held() -> int:
    """How many claims anybody holds."""
    with runtime.journal().read() as tx:
        return len(tx.conn.execute(claims.select()).all())


@pytest.mark.rule("C1", "C2", "C3", "C7", "G1")
def test_the_customer_changes_the_account(installation: Rehearsal) -> None:
    """No write of ours, no evidence; the run finds out by itself, and Zuora is proved."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    assert held() == 0
    assert "details were saved" in Portal(installation).take_over(account)
    report = ended(run_id)
    assert report["result"] == "proved", report
    assert installation.written_by(run_id) == []
    assert installation.sold_to(account) == account["new"]["email"]
    answered = [e for e in installation.events(run_id) if e["kind"] == "question.answered"]
    assert [e["data"]["answer"] for e in answered] == ["changed"]
    assert ":" in answered[0]["actor"]  # a machine: its host and process


@pytest.mark.rule("C2", "G5")
def test_the_message_is_for_the_requester_alone(installation: Rehearsal) -> None:
    """It guides and tells nobody's address; no link is sent by us, and nobody is copied."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    [message] = handover.messages(run_id)["messages"]
    assert (message["name"], message["recipient"]) == ("self-service-guidance", "requester")
    assert "one-time sign-in link" in message["text"]
    assert account["sold_to"]["email"] not in message["text"]
    assert Portal(installation).mailed(account["sold_to"]["email"]) == 0
    assert installation.writes(account) == []
    handover.cancel(run_id, reason="only a test", by="kim")


@pytest.mark.rule("C3", "S3", "S4", "S5")
def test_zuora_that_does_not_follow_is_brought_after(installation: Rehearsal) -> None:
    """The Bill To has the new email, so that G1 leaves the Sold To: S writes them, without V."""
    account = installation.account(new_person="none")
    Billing(installation).make_bill_to(account, account["new"])
    run_id = guided(installation, account)
    Portal(installation).take_over(account)
    report = ended(run_id)
    assert report["result"] == "proved", report
    assert installation.written_by(run_id) == [CONTACT]
    assert installation.sold_to(account) == account["new"]["email"]


@pytest.mark.rule("C2")
def test_a_person_may_say_so_too(installation: Rehearsal) -> None:
    """Before there is anything to see the run waits on, and says so."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    handover.answer(run_id, "changed", reason="the customer wrote so", by="lee")
    rested(installation, run_id, times=2)
    assert "nothing has changed" in asks(run_id, "customer-acts")["question"]["text"]
    assert held() == 0


@pytest.mark.rule("C4", "C5", "V1", "A4", "R3", "S4")
def test_email_taken_goes_on_with_c5(installation: Rehearsal) -> None:
    """Nobody is guided to what the portal would refuse; the evidence is that of the request."""
    account = installation.account()
    assert "already been taken" in Portal(installation).take_over(account)
    evidence = installation.request(account)["evidence"]
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    run_id = installation.begin(
        "self-service", account, new_contact=new, access="portal-account", evidence=evidence
    )
    report = ended(run_id)
    assert report["result"] == "proved", report
    names = [message["name"] for message in report["messages"]]
    assert names == ["done-new-contact"], "nobody was guided"
    assert installation.written_by(run_id) == TRANSFERRED
    assert installation.members(account) == [account["new"]["customer_id"]]


@pytest.mark.rule("C4", "V1")
def test_email_taken_needs_evidence(installation: Rehearsal) -> None:
    """The new contact signs up while the run waits: without a proof nothing is written."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    sign_up(account["new"])
    report = asks(run_id, "evidence-refused")
    assert installation.written_by(run_id) == []
    assert "better-evidence" in [answer["id"] for answer in report["question"]["answers"]]
    evidence = installation.request(account)["evidence"]
    handover.answer(run_id, "better-evidence", evidence=evidence, reason="came later", by="lee")
    report = ended(run_id)
    assert report["result"] == "proved", report
    assert installation.written_by(run_id) == TRANSFERRED
    assert installation.sold_to(account) == account["new"]["email"]


@pytest.mark.rule("C4")
def test_email_taken_by_nobody(installation: Rehearsal) -> None:
    """A person says so, but no Customer has that email: the run waits on and says why."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    handover.answer(run_id, "email-taken", reason="the customer wrote so", by="lee")
    rested(installation, run_id, times=2)
    assert "exact address" in asks(run_id, "customer-acts")["question"]["text"]
    handover.cancel(run_id, reason="only a test", by="kim")


@pytest.mark.rule("C7")
def test_another_email_is_a_question(installation: Rehearsal) -> None:
    """A person's word counts for that very email; nothing is written before."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    other = f"other-{account['new']['email']}"
    Portal(installation).take_over(account, email=other)
    asks(run_id, "another-email")
    assert held() == 0
    assert installation.written_by(run_id) == []
    handover.answer(run_id, "wait-on", reason="they will mend it", by="lee")
    asks(run_id, "customer-acts")
    assert held() == 0
    second = f"second-{account['new']['email']}"
    Portal(installation).change({"email": other}, email=second)
    asks(run_id, "another-email")
    with pytest.raises(Exception, match="Somebody other than kim"):
        handover.answer(run_id, "accept", reason="theirs too", by="kim")
    handover.answer(run_id, "accept", reason="theirs too", by="lee")
    report = ended(run_id)
    assert report["result"] == "proved", report
    assert installation.sold_to(account) == second


@pytest.mark.rule("C7")
def test_another_email_that_the_customer_mends(installation: Rehearsal) -> None:
    """The run sees it by itself; nobody has to answer."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    mistaken = f"mistaken-{account['new']['email']}"
    Portal(installation).take_over(account, email=mistaken)
    asks(run_id, "another-email")
    Portal(installation).change({"email": mistaken}, email=account["new"]["email"])
    report = ended(run_id)
    assert report["result"] == "proved", report


@pytest.mark.rule("C2", "L1")
def test_an_owner_whose_login_is_off_gets_no_link(installation: Rehearsal) -> None:
    """The portal would say nothing; the run does, once."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    switch_login_off(account["sold_to"])
    asks(run_id, "owners-login-off")
    assert held() == 0
    handover.answer(run_id, "wait-on", reason="they are signed in already", by="lee")
    asks(run_id, "customer-acts")
    portal = Portal(installation)
    portal.ask_for_link(account["sold_to"]["email"])
    assert portal.mailed(account["sold_to"]["email"]) == 0


@pytest.mark.rule("C2")
def test_an_account_without_an_owner_is_refused(installation: Rehearsal) -> None:
    """Nobody can be guided there."""
    for order in ({"sold_to_customer": False}, {"sold_to_member": False}):
        account = installation.account(new_person="none", **order)
        new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
        fields = {"new_contact": new, "access": "portal-account", "evidence": None}
        report = installation.wait(installation.begin("self-service", account, **fields))
        assert (report["result"], report["exit_code"]) == ("refused", 3), report


@pytest.mark.parametrize("name", ["account_number", "account_id"])
def test_a_later_support_assisted_run_takes_its_place(installation: Rehearsal, name: str) -> None:
    """Nobody is locked out by a run that waits, however the later one names the account."""
    account = installation.account(new_person="none")
    waiting = guided(installation, account)
    owner = account["sold_to"]["email"]
    asked = installation.ask("confirm-login", account, contact_email=owner)
    later = handover.start({**asked, "account": account[name]}).id
    report = handover.report(waiting)
    assert (report["result"], report["reason"]) == ("cancelled", "superseded")
    assert later in report["summary"]
    assert installation.wait(later)["result"] == "proved"


def test_two_may_wait_for_one_account(installation: Rehearsal) -> None:
    """Neither locks the other out; whose change it was not, is asked about the email."""
    account = installation.account(new_person="none")
    first = guided(installation, account)
    colleague = {**account["new"], "email": f"second-{account['new']['email']}"}
    second = guided(installation, {**account, "new": colleague}, requester_email=colleague["email"])
    Portal(installation).take_over(account)
    assert ended(first)["result"] == "proved"
    asks(second, "another-email")
    handover.answer(second, "stop", reason="a colleague was faster", by="lee")
    assert handover.report(second)["result"] == "cancelled"


def test_a_look_that_fails_is_followed_by_the_next(installation: Rehearsal) -> None:
    """Zuora is down for a while: nobody is asked, and the change is found later."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    down = {"system": "zuora", "kind": "status", "code": 503, "path": "accounts", "times": 30}
    fault = installation.control("POST", "faults", down)
    Portal(installation).take_over(account)
    wait_until(
        lambda: installation.control("GET", f"faults/{fault['id']}")["hits"] >= 1,
        30,
        "a failed look",
    )
    installation.control("DELETE", "faults")
    assert ended(run_id)["result"] == "proved"


def test_a_support_assisted_run_locks_it_out(installation: Rehearsal) -> None:
    account = installation.account(login_activated=False, login_history="off-later")
    holder = installation.start(account)
    assert installation.wait(holder)["state"] == "waiting"
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    with pytest.raises(Locked) as caught:
        installation.begin(
            "self-service", account, new_contact=new, access="portal-account", evidence=None
        )
    assert caught.value.holder == holder
    handover.cancel(holder, reason="only a test", by="kim")


def test_done_already(installation: Rehearsal) -> None:
    """The same request again after the end: found done, nothing written, nobody guided."""
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    Portal(installation).take_over(account)
    assert ended(run_id)["result"] == "proved"
    new = {k: account["new"][k] for k in ("first_name", "last_name", "email")}
    again = installation.begin(
        "self-service", account, new_contact=new, access="owners-mailbox", evidence=None
    )
    report = ended(again)
    assert report["result"] == "proved", report
    assert installation.written_by(again) == []


def test_cancelled_while_it_waits(installation: Rehearsal) -> None:
    account = installation.account(new_person="none")
    run_id = guided(installation, account)
    assert handover.cancel(run_id, reason="withdrawn", by="kim")
    assert handover.report(run_id)["result"] == "cancelled"
