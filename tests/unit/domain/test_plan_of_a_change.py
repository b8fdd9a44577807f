"""The plan of C5: which changes, in which order, and what each expects to find."""

import pytest

from domain.changes import Change, Kind
from domain.errors import Refused
from domain.plan import Plan
from domain.plans.change_contact import derive
from domain.snapshot import Snapshot
from tests.unit.domain.worlds import (
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    OLD_MEMBERSHIP,
    SOLD_TO,
    account,
    copy_of,
    customer,
    elsewhere,
    membership_of,
    request,
    request_for,
    snapshot,
)

ORIGINAL = {"first_name": "Olga", "last_name": "Old", "work_email": "olga@old.test"}
WANTED = {"first_name": "Nina", "last_name": "New", "work_email": "nina@new.test"}
OFF = customer(NEW_CUSTOMER, login_activated=False)
GO_ON = {"nobody-to-save-last": "go-on"}


def plan_for(now: Snapshot, answers: dict[str, str] | None = None) -> Plan:
    """The plan for the usual request."""
    return derive(request(), now, now.pin(), answers or {})


def ids(plan: Plan) -> list[str]:
    """The changes in order."""
    return [change.id for change in plan.changes]


def change(plan: Plan, change_id: str) -> Change:
    """One change of a plan."""
    return next(c for c in plan.changes if c.id == change_id)


def guard(of: Change, name: str) -> tuple[object, ...]:
    """What one guard of a change allows."""
    return next(g.allowed for g in of.guards if g.name == name)


@pytest.mark.rule("C5")
def test_a_comes_before_r_and_r_before_s() -> None:
    expected = ["create-membership", "remove-membership", "update-sold-to"]
    assert ids(plan_for(snapshot())) == expected


@pytest.mark.rule("L3", "G2")
def test_l_stands_inside_a_and_the_original_is_saved_last_of_it() -> None:
    plan = plan_for(snapshot(new_customer=OFF))
    assert ids(plan) == [
        "create-membership",
        "activate-login",
        "save-original-sold-to",
        "restore-sold-to",
        "remove-membership",
        "update-sold-to",
    ]
    assert [c.rule for c in plan.changes] == ["A4", "L2", "L3", "L3", "R3", "S3"]


def test_each_change_belongs_to_a_step_of_the_canvas_in_its_order() -> None:
    order = [
        "create_membership",
        "activate_login",
        "save_original_sold_to_last",
        "remove_previous_membership",
        "update_sold_to",
    ]
    steps = [c.step for c in plan_for(snapshot(new_customer=OFF)).changes]
    assert steps == sorted(steps, key=order.index)
    assert set(steps) == set(order)


def test_the_membership_joins_the_right_pair() -> None:
    created = change(plan_for(snapshot()), "create-membership")
    assert created.before == ({},)
    assert created.after == {"customer_id": "22", "billing_account_id": "7"}


def test_what_the_new_contact_gave_up_elsewhere_is_removed_before_anything_else() -> None:
    now = snapshot(elsewhere=(elsewhere("999", "22", "33"),))
    plan = plan_for(now, {"member-elsewhere:999": "gives-it-up"})
    removed = plan.changes[0]
    assert ids(plan)[:2] == ["remove-membership-elsewhere-999", "create-membership"]
    assert (removed.kind, removed.rule, removed.target.id) == (Kind.DELETE, "A6", "m22")
    assert removed.before == ({"customer_id": "22", "billing_account_id": "999"},)
    assert guard(removed, "members-of:999") == ({"customers": "22,33"},)


def test_the_account_given_up_is_held_and_its_other_members_are_proved() -> None:
    now = snapshot(elsewhere=(elsewhere("999", "22", "33"),))
    plan = plan_for(now, {"member-elsewhere:999": "gives-it-up"})
    assert {("account", "A999"), ("account", "acc-999")} < set(plan.claims)
    proved = {e.name: e.allowed for e in plan.expectations}
    assert proved["members-of:999"] == ({"customers": "33"},)


@pytest.mark.rule("R1", "R2", "R3")
def test_only_the_previous_sold_tos_membership_is_removed() -> None:
    members = (membership_of("33"), OLD_MEMBERSHIP)
    removed = change(plan_for(snapshot(members=members)), "remove-membership")
    assert (removed.kind, removed.target.id, removed.after) == (Kind.DELETE, "m1", {})
    assert removed.before == ({"customer_id": "11", "billing_account_id": "7"},)


def test_the_members_are_predicted_for_each_moment() -> None:
    plan = plan_for(snapshot(new_customer=OFF))
    found = {c.id: guard(c, "members") for c in plan.changes}
    both = ({"customers": "11,22"},)
    assert found == {
        "create-membership": ({"customers": "11"},),
        "activate-login": both,
        "save-original-sold-to": both,
        "restore-sold-to": both,
        "remove-membership": both,
        "update-sold-to": ({"customers": "22"},),
    }


@pytest.mark.rule("G1")
def test_the_sold_to_is_predicted_for_each_moment_with_its_side_effects() -> None:
    plan = plan_for(snapshot(new_customer=OFF))
    found = {c.id: guard(c, "zuora-sold-to") for c in plan.changes}
    assert found == {
        "create-membership": (ORIGINAL,),
        "activate-login": (ORIGINAL,),
        "save-original-sold-to": (ORIGINAL, WANTED),
        "restore-sold-to": (ORIGINAL, WANTED),
        "remove-membership": (ORIGINAL, ORIGINAL),
        "update-sold-to": (ORIGINAL, ORIGINAL),
    }


@pytest.mark.rule("S2", "G4")
def test_every_change_is_guarded_by_the_roles_and_by_who_has_the_new_email() -> None:
    for planned in plan_for(snapshot(new_customer=OFF)).changes:
        assert guard(planned, "roles") == ({"shared": False},)
        assert guard(planned, "customer-with-new-email") == ({"id": "22"},)


def test_the_names_that_saving_the_new_customer_writes_are_predicted() -> None:
    named_otherwise = customer(OFF, first_name="Antonina")
    plan = plan_for(snapshot(new_customer=named_otherwise))
    touched = change(plan, "save-original-sold-to")
    assert guard(touched, "zuora-sold-to") == (ORIGINAL, {**WANTED, "first_name": "Antonina"})
    assert change(plan, "restore-sold-to").before == ({**WANTED, "first_name": "Antonina"},)


@pytest.mark.rule("L2")
def test_login_is_activated_and_nothing_else_of_the_customer_changes() -> None:
    activated = change(plan_for(snapshot(new_customer=OFF)), "activate-login")
    [before] = activated.before
    assert activated.target.id == "22"
    assert {**before, "login_activated": True} == activated.after
    assert before["login_activated"] is False


@pytest.mark.rule("L3")
def test_the_touch_has_equal_before_and_after_and_is_judged_on_zuora() -> None:
    touched = change(plan_for(snapshot(new_customer=OFF)), "save-original-sold-to")
    assert touched.kind is Kind.TOUCH
    assert touched.before == (touched.after,)
    assert touched.after["id"] == "11"
    assert touched.judge is not None
    assert touched.judge.name == "zuora-sold-to"
    assert touched.judge.allowed == (ORIGINAL, ORIGINAL)


def test_writing_the_original_back_waits_for_a_persons_word() -> None:
    restored = change(plan_for(snapshot(new_customer=OFF)), "restore-sold-to")
    assert not restored.applies({})
    assert not restored.applies({"sold-to-not-restored": "leave"})
    assert restored.applies({"sold-to-not-restored": "restore"})
    assert restored.after == ORIGINAL


def test_the_sold_to_becomes_who_the_request_names() -> None:
    updated = change(plan_for(snapshot()), "update-sold-to")
    assert updated.target.id == "c1"
    assert (updated.before, updated.after, updated.values) == ((ORIGINAL,), WANTED, WANTED)


def test_the_names_are_those_of_the_request_and_not_of_the_customer() -> None:
    now = snapshot()
    plan = derive(request_for("Nína", "Newman", "nina@new.test"), now, now.pin(), {})
    assert change(plan, "update-sold-to").after["first_name"] == "Nína"


def test_who_manages_the_account_already_is_not_made_a_member_again() -> None:
    mine = membership_of("22")
    plan = plan_for(snapshot(members=(OLD_MEMBERSHIP, mine)))
    assert ids(plan) == ["remove-membership", "update-sold-to"]
    assert "already manages" in plan.notes[0]


def test_a_previous_sold_to_who_is_no_member_has_nothing_removed() -> None:
    plan = plan_for(snapshot(members=(membership_of("33"),), sold_to_memberships=()))
    assert ids(plan) == ["create-membership", "update-sold-to"]
    assert "does not manage" in plan.notes[0]


def test_a_previous_sold_to_without_a_customer_has_nothing_removed() -> None:
    plan = plan_for(snapshot(members=(), sold_to_customer=None, sold_to_memberships=()))
    assert ids(plan) == ["create-membership", "update-sold-to"]
    assert plan.pinned_customer_id == ""
    assert "has no Customer" in plan.notes[0]


def test_without_a_member_to_save_last_login_is_activated_alone() -> None:
    now = snapshot(new_customer=OFF, members=(), sold_to_customer=None, sold_to_memberships=())
    plan = plan_for(now, GO_ON)
    assert ids(plan) == ["create-membership", "activate-login", "update-sold-to"]
    assert change(plan, "update-sold-to").before == (ORIGINAL, WANTED)


def test_where_old_and_new_are_one_person_nobody_is_removed() -> None:
    same = customer(OLD_CUSTOMER)
    now = snapshot(new_customer=same)
    plan = derive(request_for("Olga", "Older", "olga@old.test"), now, now.pin(), {})
    assert ids(plan) == ["update-sold-to"]
    assert any("same person" in note for note in plan.notes)


def test_where_old_and_new_are_one_person_the_save_that_activates_is_the_last_one() -> None:
    same = customer(OLD_CUSTOMER, login_activated=False)
    now = snapshot(sold_to_customer=same, new_customer=same)
    plan = derive(request_for("Olga", "Old", "olga@old.test"), now, now.pin(), {})
    assert "save-original-sold-to" not in ids(plan)
    assert ids(plan)[0] == "activate-login"


def test_a_subscription_that_the_account_wide_sold_to_does_not_reach_is_named() -> None:
    plan = plan_for(snapshot(own_sold_to=("A-S2",)))
    assert any("A-S2 has a Sold To of its own" in note for note in plan.notes)
    assert plan_for(snapshot()).notes == ()


def test_nothing_is_planned_where_everything_is_so() -> None:
    same = customer(OLD_CUSTOMER)
    now = snapshot(new_customer=same)
    plan = derive(request_for("Olga", "Old", "olga@old.test"), now, now.pin(), {})
    assert plan.changes == ()
    assert plan.expectations[0].name == "zuora-sold-to"


def test_a_shared_contact_is_changed_in_both_roles_and_says_so() -> None:
    shared = snapshot(account=account(SOLD_TO, SOLD_TO), contacts=(copy_of(SOLD_TO),))
    plan = plan_for(shared, {"shared-contact:z1": "change-both"})
    assert "Sold To and Bill To" in change(plan, "update-sold-to").title
    bill_to = next(e for e in plan.expectations if e.name == "zuora-bill-to")
    assert bill_to.allowed == (WANTED,)


def test_the_bill_to_is_expected_as_it_is() -> None:
    bill_to = next(e for e in plan_for(snapshot()).expectations if e.name == "zuora-bill-to")
    assert [state["work_email"] for state in bill_to.allowed] == ["bill@pay.test"]


def test_a_plan_claims_the_account_under_both_names_and_the_previous_sold_to() -> None:
    assert set(plan_for(snapshot()).claims) == {
        ("account", "A00000001"),
        ("account", "acc-1"),
        ("person", "olga@old.test"),
    }


def test_without_a_copy_of_the_contact_there_is_nothing_to_write_to() -> None:
    with pytest.raises(Refused) as caught:
        plan_for(snapshot(contacts=()))
    assert (caught.value.rule, caught.value.code) == ("S1", "no-contact-copy")


def test_no_text_of_a_plan_names_a_person() -> None:
    plan = plan_for(snapshot(new_customer=OFF))
    texts = [c.title for c in plan.changes] + [e.title for e in plan.expectations]
    texts += [*plan.notes, *(effect for c in plan.changes for effect in c.side_effects)]
    for name in ("Nina", "Olga", "nina", "olga", ".test"):
        assert not any(name in text for text in texts)
