"""The plan of C6: the Sold To's Customer becomes the new contact's, and theirs alone."""

from typing import Any

import pytest

from domain.changes import Change, Kind
from domain.errors import NeedsPerson, Question
from domain.plan import Plan
from domain.plans import add_contact
from domain.plans.change_contact import derive
from domain.plans.renaming import SEND_LINK
from domain.requests import AddContact
from domain.snapshot import Snapshot
from tests.unit.domain.worlds import (
    BILL_TO,
    CREATED,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    OLD_MEMBERSHIP,
    REQUEST,
    SOLD_TO,
    account,
    customer,
    line,
    membership_of,
    request,
    snapshot,
)

ORIGINAL = {"first_name": "Olga", "last_name": "Old", "work_email": "olga@old.test"}
WANTED = {"first_name": "Nina", "last_name": "New", "work_email": "nina@new.test"}
OLD = customer(OLD_CUSTOMER, uid="501")
RENAMED = customer(NEW_CUSTOMER, id="11", uid="501")
OFF = customer(OLD, login_activated=False)


def here(**changed: Any) -> Snapshot:
    """Nobody has the new contact's email; the Sold To's Customer is linked to a GitLab user."""
    fields = {"new_customer": None, "sold_to_customer": OLD, "linked_user": "@olga, active"}
    return snapshot(**{**fields, **changed})


def plan_for(now: Snapshot, answers: dict[str, str] | None = None, **asked: Any) -> Plan:
    """The plan for a request that wants the rename, unless it is `asked` otherwise."""
    return derive(request(**{"rename_customer": True, **asked}), now, now.pin(), answers or {})


def later(now: Snapshot, answers: dict[str, str] | None = None, **asked: Any) -> Plan:
    """The plan of a later round: the run began when Olga was the Sold To."""
    asked = {"rename_customer": True, **asked}
    return derive(request(**asked), now, here().pin(), answers or {})


def asked_in(now: Snapshot, answers: dict[str, str] | None = None, **asked: Any) -> Question:
    """What is asked before anything can be planned."""
    with pytest.raises(NeedsPerson) as caught:
        plan_for(now, answers, **asked)
    return caught.value.question


def ids(plan: Plan) -> list[str]:
    """The changes in order."""
    return [change.id for change in plan.changes]


def change(plan: Plan, change_id: str) -> Change:
    """One change of a plan."""
    return next(c for c in plan.changes if c.id == change_id)


def guards(of: Change) -> dict[str, tuple[object, ...]]:
    """What the guards of a change allow."""
    return {guard.name: guard.allowed for guard in of.guards}


def expected(plan: Plan) -> dict[str, tuple[object, ...]]:
    """What the proof looks at."""
    return {e.name: e.allowed for e in plan.expectations}


@pytest.mark.rule("C6", "G4")
def test_the_rename_comes_first_and_the_contact_last() -> None:
    plan = plan_for(here())
    assert ids(plan) == [
        "rename-customer", "unlink-gitlab-account", SEND_LINK, "update-sold-to",
    ]  # fmt: skip
    assert [c.kind for c in plan.changes] == [Kind.SET, Kind.SET, Kind.SEND, Kind.SET]
    assert {c.target.id for c in plan.changes[:3]} == {"11"}


@pytest.mark.rule("C6")
def test_no_change_of_c5_is_planned_with_it() -> None:
    steps = {c.step for c in plan_for(here()).changes}
    assert not steps & {"create_membership", "remove_previous_membership", "activate_login",
                        "save_original_sold_to_last", "remove_membership_elsewhere"}  # fmt: skip


@pytest.mark.rule("C6")
def test_the_rename_wants_name_and_email_and_no_change_left_pending() -> None:
    renamed = change(plan_for(here()), "rename-customer")
    assert renamed.before[0]["unconfirmed_email"] == ""
    assert renamed.after["email"] == "nina@new.test"
    assert renamed.after["unconfirmed_email"] == ""
    assert renamed.values == {"first_name": "Nina", "last_name": "New", "email": "nina@new.test"}


@pytest.mark.rule("C6", "G4")
def test_right_before_the_rename_nobody_may_have_the_new_email() -> None:
    plan = plan_for(here())
    found = {c.id: guards(c)["customer-with-new-email"] for c in plan.changes}
    assert found == {
        "rename-customer": ({},),
        "unlink-gitlab-account": ({"id": "11"},),
        SEND_LINK: ({"id": "11"},),
        "update-sold-to": ({"id": "11"},),
    }


@pytest.mark.rule("G1")
def test_the_sold_to_is_predicted_with_and_without_the_sync() -> None:
    plan = plan_for(here())
    assert guards(change(plan, "rename-customer"))["zuora-sold-to"] == (ORIGINAL,)
    for after in plan.changes[1:]:
        assert guards(after)["zuora-sold-to"] == (ORIGINAL, WANTED)
    assert change(plan, "update-sold-to").before == (ORIGINAL, WANTED)
    judge = change(plan, "rename-customer").judge
    assert judge
    assert judge.allowed == (ORIGINAL, WANTED)


@pytest.mark.rule("C6")
def test_the_link_goes_out_only_when_nobody_else_can_use_the_login() -> None:
    found = guards(change(plan_for(here()), SEND_LINK))
    assert found["linked-to-gitlab-user:501"] == ({"linked": False},)
    assert found["email-of-contact"] == ({"pending": False},)
    assert found["login-of-new-contact"] == ({"login_activated": True},)


@pytest.mark.rule("C6")
def test_nothing_is_unlinked_while_a_change_of_email_is_pending() -> None:
    found = guards(change(plan_for(here()), "unlink-gitlab-account"))
    assert found["email-of-contact"] == ({"pending": False},)


@pytest.mark.rule("C6", "C7")
def test_what_is_proved() -> None:
    found = expected(plan_for(here()))
    assert found["customer-with-new-email"] == ({"id": "11"},)
    assert found["customer-with-original-email"] == ({},)
    assert found["email-of-contact"] == ({"pending": False},)
    assert found["linked-to-gitlab-user:501"] == ({"linked": False},)
    assert found["members"] == ({"customers": "11"},)
    assert found["zuora-sold-to"] == found["sold-to-copy"] == (WANTED,)
    assert [s["work_email"] for s in found["zuora-bill-to"]] == ["bill@pay.test"]  # type: ignore[index]


@pytest.mark.rule("C6")
def test_who_is_linked_is_said_and_unlinked() -> None:
    plan = plan_for(here())
    assert any("GitLab user 501 (@olga, active)" in note for note in plan.notes)
    unknown = plan_for(here(linked_user=""))
    assert any("GitLab user 501 (unknown)" in note for note in unknown.notes)


@pytest.mark.rule("C6")
def test_without_a_linked_account_nothing_is_unlinked_and_the_plan_says_so() -> None:
    plan = plan_for(here(sold_to_customer=OLD_CUSTOMER))
    assert ids(plan) == ["rename-customer", SEND_LINK, "update-sold-to"]
    assert any("linked to no GitLab account" in note for note in plan.notes)


@pytest.mark.rule("L2", "C6")
def test_a_login_that_is_off_is_activated_under_the_new_email_only() -> None:
    plan = plan_for(here(sold_to_customer=OFF))
    assert ids(plan)[:2] == ["rename-customer", "activate-login"]
    on = change(plan, "activate-login")
    assert (on.step, on.before[0]["email"]) == ("rename_customer", "nina@new.test")
    assert change(plan, "rename-customer").judge is None
    assert on.judge is not None


@pytest.mark.rule("L1", "C6")
def test_a_login_that_was_switched_off_is_a_question() -> None:
    history = (CREATED, line("update", "login_activated = false"))
    now = here(sold_to_customer=OFF, new_history=history)
    question = asked_in(now)
    assert (question.kind, question.subject) == ("login-disabled-on-purpose", "11")
    assert "activate-login" in ids(plan_for(now, {question.key: "activate"}))


@pytest.mark.rule("A2", "C6")
def test_without_the_word_rename_it_is_asked_and_rename_leads_into_c6() -> None:
    question = asked_in(here(), rename_customer=False)
    assert question.kind == "no-customer"
    assert [a.id for a in question.answers] == ["signed-up", "rename", "stop"]
    answered = plan_for(here(), {"no-customer": "rename"}, rename_customer=False)
    assert "rename-customer" in ids(answered)


@pytest.mark.rule("A2", "C4", "C5")
@pytest.mark.parametrize("how", [{"rename_customer": True}, {"rename_customer": False}])
def test_whoever_has_signed_up_is_changed_to_and_nobody_renamed(how: dict[str, bool]) -> None:
    answers = {} if how["rename_customer"] else {"no-customer": "rename"}
    plan = plan_for(here(new_customer=NEW_CUSTOMER), answers, **how)
    assert ids(plan) == ["create-membership", "remove-membership", "update-sold-to"]
    assert any("already been taken" in note for note in plan.notes)


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"sold_to_customer": None}, "none"),
        ({"members": (membership_of("33"),)}, "not-here"),
        ({"sold_to_memberships": (OLD_MEMBERSHIP, membership_of("11", "8"))}, "elsewhere"),
    ],
)
def test_no_other_login_is_renamed(changed: dict[str, Any], why: str) -> None:
    question = asked_in(here(**changed))
    assert (question.kind, question.subject) == ("nobody-to-rename", why)
    assert [a.id for a in question.answers] == ["signed-up", "hand-over", "stop"]


@pytest.mark.rule("C6")
def test_a_customer_who_took_the_old_email_meanwhile_is_not_renamed() -> None:
    members = (OLD_MEMBERSHIP, membership_of("44"))
    with pytest.raises(NeedsPerson) as caught:
        later(here(sold_to_customer=customer(OLD, id="44"), members=members))
    question = caught.value.question
    assert (question.kind, question.subject) == ("nobody-to-rename", "none")


@pytest.mark.rule("A2")
def test_nobody_is_renamed_to_be_added() -> None:
    wanted = {name: value for name, value in REQUEST.items() if name in _ADDS}
    asked = {**wanted, "workflow": "add-contact", "contact_email": "nina@new.test"}
    now = here()
    with pytest.raises(NeedsPerson) as caught:
        add_contact.derive(AddContact.model_validate(asked), now, now.pin(), {})
    assert [a.id for a in caught.value.question.answers] == ["signed-up", "stop"]


_ADDS = ("ticket", "account", "requester_email", "evidence")


@pytest.mark.rule("C6")
def test_a_pending_change_of_email_is_asked_about_before_anything_is_written() -> None:
    question = asked_in(here(sold_to_customer=customer(OLD, unconfirmed_email="x@y.test")))
    assert (question.kind, question.subject) == ("unconfirmed-email", "11")
    assert "x@y.test" not in question.text


@pytest.mark.rule("C6", "G1")
def test_a_save_that_parked_the_email_is_recognised_also_once_its_names_are_in_zuora() -> None:
    names = {"first_name": "Nina", "last_name": "New"}
    parked = customer(OLD, **names, unconfirmed_email="nina@new.test")
    sold_to = type(SOLD_TO).model_validate({**SOLD_TO.model_dump(), **names})
    with pytest.raises(NeedsPerson) as caught:
        later(here(sold_to_customer=parked, account=account(sold_to)))
    assert caught.value.question.kind == "unconfirmed-email"


@pytest.mark.rule("S2", "C6")
def test_a_shared_contact_is_asked_about_as_in_c5() -> None:
    now = here(account=account(SOLD_TO, SOLD_TO))
    question = asked_in(now)
    assert question.kind == "shared-contact"
    both = expected(plan_for(now, {question.key: "change-both"}))["zuora-bill-to"]
    assert both == (WANTED,)


@pytest.mark.rule("G1")
def test_where_the_bill_to_has_the_new_email_its_names_may_follow() -> None:
    bill = type(BILL_TO).model_validate({**BILL_TO.model_dump(), "work_email": "nina@new.test"})
    found = expected(plan_for(here(account=account(SOLD_TO, bill))))["zuora-bill-to"]
    assert WANTED in found


@pytest.mark.rule("C6")
def test_the_rest_is_planned_anew_after_the_rename() -> None:
    plan = later(here(new_customer=RENAMED, sold_to_customer=None))
    assert ids(plan) == ["unlink-gitlab-account", SEND_LINK, "update-sold-to"]
    # The word of the first round is not needed again.
    assert ids(later(here(new_customer=RENAMED, sold_to_customer=None), rename_customer=False))


@pytest.mark.rule("C6")
def test_a_link_is_never_planned_twice_in_a_run() -> None:
    now = here(new_customer=RENAMED, sold_to_customer=None, written=(SEND_LINK,))
    plan = later(now)
    assert ids(plan) == ["unlink-gitlab-account", "update-sold-to"]
    assert any("sent earlier in this run" in note for note in plan.notes)


def done(**changed: Any) -> Snapshot:
    """The world after a proved C6."""
    renamed = customer(RENAMED, uid=changed.pop("uid", ""))
    contact = type(SOLD_TO).model_validate({**SOLD_TO.model_dump(), **WANTED})
    fields = {"account": account(contact), "new_customer": renamed, "sold_to_customer": renamed}
    return here(**{**fields, **changed})


@pytest.mark.rule("C6")
def test_asked_for_again_there_is_nothing_left_to_do() -> None:
    plan = plan_for(done())
    assert ids(plan) == []
    assert any("--another-link" in note for note in plan.notes)


@pytest.mark.rule("C6")
def test_another_link_is_sent_on_request_and_nothing_else() -> None:
    assert ids(plan_for(done(), another_link=True)) == [SEND_LINK]


@pytest.mark.rule("C6", "L1")
def test_before_another_link_a_login_that_is_off_is_activated() -> None:
    off = customer(RENAMED, uid="", login_activated=False)
    plan = plan_for(done(new_customer=off, sold_to_customer=off), another_link=True)
    assert ids(plan) == ["activate-login", SEND_LINK]


@pytest.mark.rule("C6")
@pytest.mark.parametrize(("given", "unlinked"), [("unlink", True), ("keep", False)])
def test_whose_a_linked_account_is_is_asked_where_an_earlier_run_renamed(
    given: str, unlinked: bool
) -> None:
    question = asked_in(done(uid="777"))
    assert (question.kind, question.subject) == ("linked-gitlab-account", "777")
    plan = plan_for(done(uid="777"), {question.key: given})
    assert ("unlink-gitlab-account" in ids(plan)) == unlinked
    assert ("linked-to-gitlab-user:777" in expected(plan)) == unlinked


def test_no_text_of_the_plan_names_a_person() -> None:
    plan = plan_for(here(sold_to_customer=OFF))
    texts = [c.title for c in plan.changes] + [e.title for e in plan.expectations]
    texts += [e.name for e in plan.expectations]
    texts += [*plan.notes, *(effect for c in plan.changes for effect in c.side_effects)]
    assert not [t for t in texts for name in ("Nina", "Olga", "nina@", ".test") if name in t]
