"""fix-typo (T): a mistyped email is corrected in place, and the licence goes to the right one."""

import pytest

import handover
from domain.errors import Locked
from tests.parts.rehearsal import Rehearsal
from tests.parts.typos import CODE, CONTACT, CUSTOMER, LICENCE, mistyped_account
from tests.parts.zuora_by_hand import change_sold_to


@pytest.mark.rule("T5", "T6", "G4", "C7")
def test_cloud_licence(installation: Rehearsal) -> None:
    """The Customer first, which the sync takes to Zuora; the code is resent to the Sold To."""
    typo = mistyped_account(installation)
    before = installation.truth(typo.account)
    report = typo.fix()
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER, CODE]
    assert typo.mails() == [("cloud-activation", typo.right)]
    after = installation.truth(typo.account)
    assert after["zuora"]["sold_to"]["work_email"] == typo.right
    for kept in ("first_name", "last_name", "city", "address1"):
        assert after["zuora"]["sold_to"][kept] == before["zuora"]["sold_to"][kept]
    assert after["zuora"]["bill_to"] == before["zuora"]["bill_to"]
    assert installation.members(typo.account) == [typo.account["sold_to"]["customer_id"]]


@pytest.mark.rule("T1", "T6")
@pytest.mark.parametrize("kind", ["offline", "legacy"])
def test_licence_file(installation: Rehearsal, kind: str) -> None:
    """A resent one would go to the address inside it: it is forwarded to the corrected one."""
    typo = mistyped_account(installation, licence=kind)
    report = typo.fix()
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER, LICENCE]
    assert typo.mails() == [("license", typo.right)]


@pytest.mark.rule("T5", "T6", "S5", "G1")
def test_the_contact_keeps_its_names(installation: Rehearsal) -> None:
    """Only the email is a typo: names that the sync brings along are taken back, before T6."""
    typo = mistyped_account(installation)
    change_sold_to(installation, typo.account, firstName="Old-fashioned")
    installation.truth(typo.account)  # once CustomersDot has it, too
    report = typo.fix()
    assert report["result"] == "proved", report
    assert installation.writes_by_run(typo.account) == [CUSTOMER, CONTACT, CODE]
    found = installation.truth(typo.account)["zuora"]["sold_to"]
    assert (found["first_name"], found["work_email"]) == ("Old-fashioned", typo.right)


@pytest.mark.rule("T5", "G1")
def test_the_sync_makes_a_contact_of_its_own(installation: Rehearsal) -> None:
    """Whether G1 overwrites the contact or points the role at another, the proof holds."""
    typo = mistyped_account(installation)
    installation.control("PUT", "settings", {"sold_to_replacement": "repoint"})
    try:
        report = typo.fix()
    finally:
        installation.control("PUT", "settings", {"sold_to_replacement": "overwrite"})
    assert report["result"] == "proved", report
    assert installation.sold_to(typo.account) == typo.right
    assert typo.mails() == [("cloud-activation", typo.right)]


@pytest.mark.rule("T3")
def test_the_error_is_on_the_ticket_once_and_masked(installation: Rehearsal) -> None:
    """As text, in an internal note, without the address."""
    typo = mistyped_account(installation)
    typo.fix()
    (note,) = typo.notes()
    assert note["public"] is False
    assert "550 5.1.1" in note["body"] or "550: 5.1.1" in note["body"]
    local, _, domain = typo.mistyped.partition("@")
    assert local not in note["body"]
    assert domain not in note["body"]


@pytest.mark.rule("T7", "G5")
def test_the_account_manager_is_told_about_sfdc(installation: Rehearsal) -> None:
    """A message that support sends; it names neither address."""
    typo = mistyped_account(installation)
    run_id = typo.start()
    installation.wait(run_id)
    (written,) = handover.messages(run_id)["messages"]
    assert (written["name"], written["recipient"]) == ("typo-done", "account-manager")
    assert "SFDC" in written["text"]
    assert typo.right not in written["text"]


@pytest.mark.rule("T1", "T5", "T6")
def test_saas_has_nothing_to_send(installation: Rehearsal) -> None:
    """No licence and no code: the email is corrected, and the plan says what is left to whom."""
    typo = mistyped_account(installation, licence=None)
    run_id = typo.start()
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == [CUSTOMER]
    assert typo.mails() == []
    assert any("nothing is sent again" in note for note in report["notes"])
    (written,) = handover.messages(run_id)["messages"]
    assert "No licence or activation code was sent again" in written["text"]


@pytest.mark.rule("T5", "S2")
def test_one_contact_in_both_roles(installation: Rehearsal) -> None:
    """Said before anything is written; then the email of both roles is corrected."""
    typo = mistyped_account(installation, shared_contact=True)
    run_id = typo.start()
    assert installation.wait(run_id)["question"]["kind"] == "shared-contact"
    assert installation.written(typo.account) == []
    handover.answer(run_id, "change-both", reason="the same person", by="lee")
    report = installation.wait(run_id)
    assert report["result"] == "proved", report
    found = installation.truth(typo.account)["zuora"]
    assert found["bill_to"]["work_email"] == found["sold_to"]["work_email"] == typo.right


@pytest.mark.rule("T5", "S6")
@pytest.mark.parametrize(("given", "state"), [("must-be-separate", "waiting"), ("stop", "ended")])
def test_both_roles_stay_as_they_are(installation: Rehearsal, given: str, state: str) -> None:
    typo = mistyped_account(installation, shared_contact=True)
    run_id = typo.start()
    installation.wait(run_id)
    handover.answer(run_id, given, reason="two people", by="lee")
    assert installation.wait(run_id)["state"] == state
    assert installation.written(typo.account) == []


@pytest.mark.rule("T5")
def test_the_mistyped_email_elsewhere_is_told(installation: Rehearsal) -> None:
    """A contact of another account with the same email is named by account, and left alone."""
    typo, other = mistyped_account(installation), installation.account()
    change_sold_to(installation, other, workEmail=typo.mistyped)
    installation.truth(other)  # once CustomersDot has it, too
    report = typo.fix()
    assert report["result"] == "proved", report
    assert any(other["account_id"] in note for note in report["notes"])
    assert installation.sold_to(other) == typo.mistyped


def test_the_same_request_is_the_same_run(installation: Rehearsal) -> None:
    """While it is unfinished; after its end all is found done, and nothing is written or sent."""
    typo = mistyped_account(installation, shared_contact=True)
    run_id = typo.start()
    assert typo.start() == run_id
    installation.wait(run_id)
    handover.answer(run_id, "change-both", reason="the same person", by="lee")
    assert installation.wait(run_id)["result"] == "proved"
    written = installation.written(typo.account)
    again = typo.start()
    assert again != run_id
    report = installation.wait(again)
    assert report["result"] == "proved", report
    assert installation.written(typo.account) == written
    assert any("before this run began" in note for note in report["notes"])


def test_other_work_on_the_account_is_locked_out(installation: Rehearsal) -> None:
    """A typo is not fixed while the account's contact is being changed."""
    typo = mistyped_account(installation, shared_contact=True)
    run_id = installation.start(typo.account)
    assert installation.wait(run_id)["question"]["kind"] == "shared-contact"
    with pytest.raises(Locked) as locked:
        typo.start()
    assert locked.value.holder == run_id
    assert typo.notes() == []


def test_plan_only_writes_nothing(installation: Rehearsal) -> None:
    """Not even the note of T3."""
    typo = mistyped_account(installation)
    shown = handover.preview(typo.request())
    assert "the mail log and at the ticket (T2 to T4)" in shown["notes"][-1]
    assert [change["step"] for change in shown["changes"]] == [
        "rename_customer", "update_sold_to", "resend_licence",
    ]  # fmt: skip
    assert installation.written(typo.account) == []
    assert typo.notes() == []
