"""send-licence (G6): a licence or an activation code goes to somebody other than the Sold To."""

import sqlite3
from typing import Any

import pytest

import handover
from sandbox import records
from sandbox.tables import LICENSE, SUBSCRIPTION
from tests.integration.workflows import proofs
from tests.parts.rehearsal import Rehearsal
from tests.parts.typos import CODE, LICENCE

BY_KIND = {"cloud": CODE, "offline": LICENCE, "legacy": LICENCE}
ELSEWHERE = "buyer@elsewhere.example"


def begin(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> str:
    """Starts a run that sends the account's licence to the new person; its id."""
    fields = {
        "subscription": f"A-S{account['account_number'].lstrip('A')}",
        "destination_email": account["new"]["email"],
        **changes,
    }
    return installation.begin("send-licence", account, **fields)


def send(installation: Rehearsal, account: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The report once the run has ended or waits."""
    return installation.wait(begin(installation, account, **changes))


def mails(installation: Rehearsal, account: dict[str, Any]) -> list[str]:
    """To whom CustomersDot has sent something."""
    rows = installation.writes(account)
    return [row["after"]["recipient"] for row in rows if row["action"] == "send"]


@pytest.mark.rule("G6", "V1", "C7")
@pytest.mark.parametrize("kind", BY_KIND)
def test_it_goes_to_that_one_address(installation: Rehearsal, kind: str) -> None:
    """One mail, and nobody's contact or access changes."""
    account = installation.account(licence=kind)
    before = installation.truth(account)
    run_id = begin(installation, account)
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    assert installation.written(account) == [BY_KIND[kind]]
    assert mails(installation, account) == [account["new"]["email"]]
    after = installation.truth(account)
    assert after["zuora"]["sold_to"] == before["zuora"]["sold_to"]
    assert after["customersdot"]["memberships"] == before["customersdot"]["memberships"]
    (written,) = handover.messages(run_id)["messages"]
    assert (written["name"], written["recipient"]) == ("licence-sent", "requester")


@pytest.mark.rule("G6", "V1")
def test_it_is_vetted_like_the_rest(installation: Rehearsal) -> None:
    """Without ownership nothing leaves."""
    account = installation.account(licence="offline")
    evidence = {
        "kind": "contact-approval",
        "approver_email": account["bill_to"]["email"],
        "comment": "42",
        "seen_by": "lee",
    }
    run_id = begin(installation, account, evidence=evidence)
    assert installation.wait(run_id)["question"]["kind"] == "evidence-refused"
    handover.answer(run_id, "stop", reason="nobody else approves", by="kim")
    assert installation.wait(run_id)["result"] == "refused"
    assert installation.written(account) == []


@pytest.mark.rule("G6")
def test_never_to_the_reseller(installation: Rehearsal) -> None:
    """Who owns the invoices has an address at that domain; anywhere else is fine."""
    account = installation.account(licence="offline", reseller=True)
    report = send(installation, account)
    assert (report["result"], report["reason"]) == ("refused", "destination-at-reseller")
    assert installation.written(account) == []
    assert send(installation, account, destination_email=ELSEWHERE)["result"] == "proved"
    assert mails(installation, account) == [ELSEWHERE]


@pytest.mark.rule("G6")
def test_nothing_to_send(installation: Rehearsal) -> None:
    """As on GitLab.com, or where the subscription is another one."""
    account = installation.account()
    report = send(installation, account)
    assert (report["result"], report["reason"]) == ("refused", "nothing-to-send")
    report = send(installation, account, subscription="A-S1")
    assert (report["result"], report["reason"]) == ("refused", "subscription-not-on-account")
    assert installation.written(account) == []


@pytest.mark.rule("G6")
def test_which_of_several(installation: Rehearsal) -> None:
    """A person chooses among those of the subscription, by their ids."""
    account = installation.account(licence="offline")
    first, second = with_second_licence(installation, account)
    run_id = begin(installation, account)
    asked = installation.wait(run_id)["question"]
    assert asked["kind"] == "which-licence"
    offered = [answer["id"] for answer in asked["answers"]]
    assert offered == [f"licence-{first}", f"licence-{second}", "stop"]
    handover.answer(run_id, f"licence-{second}", reason="the newer one", by="kim")
    assert installation.wait(run_id)["result"] == "proved"
    (written,) = installation.writes(account)
    assert written["record_id"] == str(second)


@pytest.mark.rule("G6")
def test_none_of_several(installation: Rehearsal) -> None:
    account = installation.account(licence="offline")
    with_second_licence(installation, account)
    run_id = begin(installation, account)
    installation.wait(run_id)
    handover.answer(run_id, "stop", reason="the wrong subscription", by="kim")
    assert installation.wait(run_id)["result"] == "cancelled"
    assert installation.written(account) == []


@pytest.mark.rule("G6")
@pytest.mark.parametrize(
    ("given", "result"), [("arrived", "proved"), ("leave", "failed"), ("look-again", None)]
)
def test_a_mail_that_the_log_does_not_show(
    installation: Rehearsal, given: str, result: str | None
) -> None:
    """What left the house is proved by the mail log or by a person, and not sent again."""
    account = installation.account(licence="cloud")
    lost = {"recipient": account["new"]["email"], "outcome": "lost"}
    installation.control("POST", "mailboxes", lost)
    run_id = begin(installation, account)
    assert installation.wait(run_id)["question"]["kind"] == "mail-not-seen"
    handover.answer(run_id, given, reason="they said so", by="kim")
    assert installation.wait(run_id)["result"] == result
    assert installation.written(account) == [CODE]


@pytest.mark.rule("G6", "V6")
def test_evidence_about_another_subscription_sends_nothing(installation: Rehearsal) -> None:
    """A reseller vouches for what they sold; what was bought directly is not theirs to give."""
    account = installation.account(licence="offline", reseller=True)
    resold = f"A-S{account['account_number'].lstrip('A')}"
    direct = with_direct_subscription(installation, account)
    evidence = proofs.vouch(proofs.copied(installation, account)) | {"seen_by": "lee"}
    to = {"subscription": direct, "destination_email": ELSEWHERE}
    for named in ({}, {"subscription": resold}):
        run_id = begin(installation, account, **to, evidence=evidence | named)
        assert installation.wait(run_id)["question"]["kind"] == "evidence-refused"
        handover.answer(run_id, "stop", reason="not theirs", by="kim")
        assert installation.wait(run_id)["result"] == "refused"
    assert installation.written(account) == []
    report = send(installation, account, destination_email=ELSEWHERE, evidence=evidence)
    assert report["result"] == "proved", report


def test_the_same_request_is_the_same_run(installation: Rehearsal) -> None:
    """While it is unfinished. After its end somebody asks for it once more, and gets it."""
    account = installation.account(licence="offline")
    with_second_licence(installation, account)
    run_id = begin(installation, account)
    assert begin(installation, account) == run_id
    (chosen, *_) = installation.wait(run_id)["question"]["answers"]
    handover.answer(run_id, chosen["id"], reason="that one", by="kim")
    assert installation.wait(run_id)["result"] == "proved"
    assert begin(installation, account) != run_id
    assert installation.written(account) == [LICENCE]


def with_second_licence(installation: Rehearsal, account: dict[str, Any]) -> tuple[int, int]:
    """A renewal's licence beside the one that is there; the ids of both."""
    with sqlite3.connect(installation.sandbox.state / "sandbox.sqlite3", timeout=30) as db:
        db.row_factory = sqlite3.Row
        first = records.first(db, LICENSE, billing_account_id=account["billing_account_id"])
        assert first is not None
        second = records.insert(db, LICENSE, first | {"id": None})
    return int(str(first["id"])), int(str(second["id"]))


def with_direct_subscription(installation: Rehearsal, account: dict[str, Any]) -> str:
    """A subscription that no reseller sold, with a licence of its own; its number."""
    number = f"A-SD{account['account_number'].lstrip('A')}"
    with sqlite3.connect(installation.sandbox.state / "sandbox.sqlite3", timeout=30) as db:
        db.row_factory = sqlite3.Row
        sold = records.first(db, SUBSCRIPTION, number=number.replace("D", ""))
        licence = records.first(db, LICENSE, billing_account_id=account["billing_account_id"])
        assert sold is not None
        assert licence is not None
        own = {"id": f"{sold['id']}d", "number": number, "invoice_owner_id": sold["account_id"]}
        records.insert(db, SUBSCRIPTION, sold | own)
        records.insert(db, LICENSE, licence | {"id": None, "zuora_subscription_name": number})
    return number
