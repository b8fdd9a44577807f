"""What a person is asked before the first write, and what each answer leads to."""

from typing import Any

import pytest

from domain.errors import NeedsPerson
from domain.plans.change_contact import derive
from domain.snapshot import Snapshot
from tests.unit.domain.worlds import (
    CREATED,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    OLD_MEMBERSHIP,
    SOLD_TO,
    account,
    copy_of,
    customer,
    elsewhere,
    line,
    membership_of,
    request,
    request_for,
    snapshot,
)

OFF = customer(NEW_CUSTOMER, login_activated=False)
DISABLED = (CREATED, line("update", "login_activated = false"))
SHARED: dict[str, Any] = {
    "account": account(SOLD_TO, SOLD_TO),
    "contacts": (copy_of(SOLD_TO),),
}
NO_CUSTOMER: dict[str, Any] = {
    "sold_to_customer": None,
    "sold_to_memberships": (),
    "members": (),
}


def asked(now: Snapshot, answers: dict[str, str]) -> str | None:
    """The key of the question that is open, or None where a plan is made."""
    try:
        derive(request(), now, now.pin(), answers)
    except NeedsPerson as error:
        return error.question.key
    return None


@pytest.mark.parametrize(
    ("world", "kind", "answer"),
    [
        (SHARED, "shared-contact:z1", "change-both"),
        (
            {"new_customer": OFF, "new_history": DISABLED},
            "login-disabled-on-purpose:22",
            "activate",
        ),
        ({"new_customer": OFF, **NO_CUSTOMER}, "nobody-to-save-last", "go-on"),
    ],
)
def test_a_question_is_asked_until_the_one_answer_that_goes_on(
    world: dict[str, Any], kind: str, answer: str
) -> None:
    now = snapshot(**world)
    assert asked(now, {}) == kind
    assert asked(now, {kind: "plan-anew"}) == kind
    assert asked(now, {"another-question": answer}) == kind
    assert asked(now, {kind: answer}) is None


def test_a_membership_elsewhere_is_a_question_until_it_is_given_up() -> None:
    now = snapshot(elsewhere=(elsewhere("999", "22", "33"),))
    assert asked(now, {}) == "member-elsewhere:999"
    assert asked(now, {"member-elsewhere:999": "plan-anew"}) == "member-elsewhere:999"
    assert asked(now, {"member-elsewhere:999": "gives-it-up"}) is None


def test_what_was_given_up_is_that_membership_and_no_other() -> None:
    now = snapshot(elsewhere=(elsewhere("888", "22", "33"),))
    assert asked(now, {"member-elsewhere:999": "gives-it-up"}) == "member-elsewhere:888"


def test_the_last_member_elsewhere_is_asked_about_besides() -> None:
    now = snapshot(elsewhere=(elsewhere("999", "22"),))
    answers = {"member-elsewhere:999": "gives-it-up"}
    assert asked(now, answers) == "last-member:999"
    assert asked(now, {**answers, "last-member:888": "leave-empty"}) == "last-member:999"
    assert asked(now, {**answers, "last-member:999": "leave-empty"}) is None


def test_each_of_several_memberships_elsewhere_is_asked_about() -> None:
    now = snapshot(elsewhere=(elsewhere("888", "22", "33"), elsewhere("999", "22", "33")))
    assert asked(now, {"member-elsewhere:888": "gives-it-up"}) == "member-elsewhere:999"


def test_a_membership_here_is_no_question() -> None:
    mine = membership_of("22")
    assert asked(snapshot(members=(OLD_MEMBERSHIP, mine)), {}) is None


@pytest.mark.parametrize(
    "world",
    [
        NO_CUSTOMER,
        {"members": (membership_of("33"),), "sold_to_memberships": ()},
        {"sold_to_memberships": (OLD_MEMBERSHIP, membership_of("11", "999"))},
    ],
)
def test_nobody_to_save_last_matters_only_where_login_is_off(world: dict[str, Any]) -> None:
    assert asked(snapshot(**world), {}) is None
    assert asked(snapshot(new_customer=OFF, **world), {}) == "nobody-to-save-last"


def test_a_shared_contact_with_login_off_is_asked_about_twice() -> None:
    now = snapshot(new_customer=OFF, **SHARED)
    answers = {"shared-contact:z1": "change-both"}
    assert asked(now, answers) == "nobody-to-save-last"
    assert asked(now, {**answers, "nobody-to-save-last": "go-on"}) is None


def test_a_login_that_is_on_raises_no_question_about_its_history() -> None:
    assert asked(snapshot(new_history=DISABLED), {}) is None


def test_the_new_contact_being_the_sold_to_needs_nobody_else_to_be_saved_last() -> None:
    same = customer(OLD_CUSTOMER, login_activated=False)
    now = snapshot(sold_to_customer=same, new_customer=same, members=(), sold_to_memberships=())
    plan = derive(request_for("Olga", "Old", "olga@old.test"), now, now.pin(), {})
    assert plan.changes[0].id == "create-membership"


def test_questions_about_rights_are_for_a_second_person() -> None:
    now = snapshot(new_customer=OFF, new_history=DISABLED)
    with pytest.raises(NeedsPerson) as caught:
        derive(request(), now, now.pin(), {})
    assert caught.value.question.second_person


@pytest.mark.parametrize(
    "world",
    [
        SHARED,
        {"new_customer": OFF, "new_history": DISABLED},
        {"new_customer": OFF, **NO_CUSTOMER},
        {"elsewhere": (elsewhere("999", "22", "33"),)},
    ],
)
def test_every_question_offers_a_way_out_and_names_nobody(world: dict[str, Any]) -> None:
    now = snapshot(**world)
    with pytest.raises(NeedsPerson) as caught:
        derive(request(), now, now.pin(), {})
    question = caught.value.question
    assert "stop" in [a.id for a in question.answers]
    assert len({a.id for a in question.answers}) == len(question.answers)
    for word in ("Nina", "Olga", ".test"):
        assert word not in question.text + "".join(a.meaning for a in question.answers)
