"""What add-contact (A), remove-contact (R) and confirm-login (L) plan, ask and refuse."""

from typing import Any

import pytest

from domain.errors import NeedsPerson, Refused, Stale
from domain.plan import Plan
from domain.plans import derive_plan
from domain.requests import Request, parse_request
from domain.snapshot import Pinned, Snapshot
from tests.unit.domain.model_world import World
from tests.unit.domain.worlds import (
    BILL_TO,
    CREATED,
    NEW_CUSTOMER,
    OLD_CUSTOMER,
    OLD_MEMBERSHIP,
    SOLD_TO,
    account,
    contact,
    copy_of,
    customer,
    elsewhere,
    line,
    membership_of,
    snapshot,
)

OFF = customer(NEW_CUSTOMER, login_activated=False)
BOTH = (OLD_MEMBERSHIP, membership_of("22"))
NOBODY: dict[str, Any] = {"sold_to_customer": None, "sold_to_memberships": ()}
EVERY = ("add-contact", "remove-contact", "confirm-login")


def asking(workflow: str, email: str = "nina@new.test") -> Request:
    """A request about this person."""
    evidence = {"kind": "contact-approval", "approver_email": "olga@old.test", "comment": "1"}
    return parse_request(
        {
            "workflow": workflow,
            "ticket": "1",
            "account": "A00000001",
            "requester_email": "olga@old.test",
            "contact_email": email,
            "evidence": evidence,
        }
    )


def planned(workflow: str, now: Snapshot, pinned: Pinned | None = None, **told: Any) -> Plan:
    """The plan; `answers` by the question's key with underscores."""
    answers = told.pop("answers", {})
    return derive_plan(asking(workflow), now, pinned or now.pin(), answers, **told)


def asked(workflow: str, now: Snapshot, answers: dict[str, str] | None = None) -> str:
    """The key of the question that is open."""
    with pytest.raises(NeedsPerson) as caught:
        planned(workflow, now, answers=answers or {})
    return caught.value.question.key


def ids(plan: Plan) -> list[str]:
    """The changes in order."""
    return [change.id for change in plan.changes]


@pytest.mark.rule("A4", "A5", "L2", "L3", "G2")
@pytest.mark.parametrize("syncs", [True, False])
def test_a_contact_is_added_and_the_sold_to_saved_last(syncs: bool) -> None:
    there = World(syncs=syncs)
    there.customers["22"] = OFF
    plan = planned("add-contact", there.look(asking("add-contact")))
    assert ids(plan)[:3] == ["create-membership", "activate-login", "save-original-sold-to"]
    there.carry_out_all(plan)
    assert there.members == ["11", "22"]
    assert there.sold_to.work_email == "olga@old.test"


@pytest.mark.rule("A2")
def test_nobody_is_renamed_to_become_the_contact() -> None:
    assert asked("add-contact", snapshot(new_customer=None)) == "no-customer"


@pytest.mark.rule("A6", "R5")
def test_what_they_manage_elsewhere_is_asked_about_and_removed_first() -> None:
    now = snapshot(elsewhere=(elsewhere("8", "22"),))
    assert asked("add-contact", now) == "member-elsewhere:8"
    given = {"member-elsewhere:8": "gives-it-up"}
    assert asked("add-contact", now, given) == "last-member:8"
    given["last-member:8"] = "leave-empty"
    plan = planned("add-contact", now, answers=given)
    assert ids(plan) == ["remove-membership-elsewhere-8", "create-membership"]
    assert "members-of:8" in [e.name for e in plan.expectations]


@pytest.mark.rule("L1")
@pytest.mark.parametrize("workflow", ["add-contact", "confirm-login"])
def test_a_login_that_was_switched_off(workflow: str) -> None:
    history = (CREATED, line("update", "login_activated = false"))
    now = snapshot(new_customer=OFF, new_history=history, members=BOTH)
    assert asked(workflow, now) == "login-disabled-on-purpose:22"
    answers = {"login-disabled-on-purpose:22": "activate"}
    assert "activate-login" in ids(planned(workflow, now, answers=answers))


@pytest.mark.rule("L3", "G4")
@pytest.mark.parametrize("workflow", ["add-contact", "confirm-login"])
def test_a_sold_to_without_a_customer_is_written_back_and_gets_one(workflow: str) -> None:
    now = snapshot(new_customer=OFF, members=(membership_of("22"),), **NOBODY)
    assert asked(workflow, now) == "nobody-to-save-last"
    plan = planned(workflow, now, answers={"nobody-to-save-last": "go-on"})
    assert ids(plan) == ["activate-login", "restore-sold-to"]
    assert any("G4" in effect for effect in plan.changes[-1].side_effects)
    assert "customer-with-original-email" not in [e.name for e in plan.expectations]


@pytest.mark.rule("L3")
@pytest.mark.parametrize(
    "changed",
    [
        {"members": (membership_of("22"),)},
        {"sold_to_memberships": (membership_of("11", "8"),)},
        {"account": account(SOLD_TO, SOLD_TO), "contacts": (copy_of(SOLD_TO),)},
        {"account": account(SOLD_TO, contact(BILL_TO, work_email="olga@old.test"))},
    ],
)
def test_a_sold_to_who_cannot_be_saved_last(changed: dict[str, Any]) -> None:
    now = snapshot(**{"new_customer": OFF, "members": BOTH, **changed})
    assert asked("confirm-login", now) == "nobody-to-save-last"
    plan = planned("confirm-login", now, answers={"nobody-to-save-last": "go-on"})
    assert ids(plan) == ["activate-login", "restore-sold-to"]
    assert "customer-with-original-email" in [e.name for e in plan.expectations]


@pytest.mark.rule("L3")
@pytest.mark.parametrize("workflow", ["add-contact", "confirm-login"])
def test_the_last_save_is_owed_until_it_is_done(workflow: str) -> None:
    """Planned anew after L2: the login is on by now, and the Sold To somebody else."""
    pinned = snapshot(members=BOTH).pin()
    replaced = contact(SOLD_TO, first_name="Nina", last_name="New", work_email="nina@new.test")
    now = snapshot(members=BOTH, account=account(replaced), contacts=(copy_of(replaced),))
    plan = planned(workflow, now, pinned, login_saved=True)
    assert ids(plan) == ["save-original-sold-to", "restore-sold-to"]


@pytest.mark.rule("G1", "C7")
def test_the_names_of_the_sold_to_s_own_customer_are_allowed_once_it_is_saved() -> None:
    nickname = contact(SOLD_TO, first_name="Ollie")
    now = snapshot(members=BOTH, account=account(nickname), contacts=(copy_of(nickname),))
    allowed = {e.name: e.allowed for e in planned("confirm-login", now).expectations}
    assert [state["first_name"] for state in allowed["zuora-sold-to"]] == ["Ollie"]
    off = now.model_copy(update={"new_customer": OFF})
    allowed = {e.name: e.allowed for e in planned("confirm-login", off).expectations}
    assert [state["first_name"] for state in allowed["zuora-sold-to"]] == ["Ollie", "Olga"]


@pytest.mark.rule("L1")
@pytest.mark.parametrize("nobody", [None, OFF])
def test_the_login_of_somebody_who_is_no_member(nobody: Any) -> None:
    with pytest.raises(Refused, match="add-contact"):
        planned("confirm-login", snapshot(new_customer=nobody))


@pytest.mark.rule("L2")
def test_the_sold_to_s_own_login_needs_no_other_save() -> None:
    off = customer(OLD_CUSTOMER, login_activated=False)
    now = snapshot(new_customer=off, sold_to_customer=off)
    plan = derive_plan(asking("confirm-login", "olga@old.test"), now, now.pin(), {})
    assert ids(plan) == ["activate-login"]


@pytest.mark.rule("R1", "R2", "R3")
def test_one_membership_is_removed() -> None:
    there = World(members=["11", "22"])
    plan = planned("remove-contact", there.look(asking("remove-contact")))
    assert ids(plan) == ["remove-membership"]
    assert plan.changes[0].target.id == "m22"
    there.carry_out_all(plan)
    assert there.members == ["11"]


@pytest.mark.rule("R1")
def test_nobody_has_that_email() -> None:
    with pytest.raises(Refused, match="No Customer has this email"):
        planned("remove-contact", snapshot(new_customer=None))


@pytest.mark.rule("R2")
def test_the_right_customer_of_another_account() -> None:
    with pytest.raises(Refused, match="billing account 8") as caught:
        planned("remove-contact", snapshot(elsewhere=(elsewhere("8", "22"),)))
    assert caught.value.rule == "R2"


@pytest.mark.rule("R2")
def test_who_manages_nothing_is_removed_already() -> None:
    plan = planned("remove-contact", snapshot())
    assert plan.changes == ()
    assert plan.notes == ("The contact does not manage this billing account (R2).",)


@pytest.mark.rule("R5")
def test_the_only_membership_is_asked_about() -> None:
    now = snapshot(members=(membership_of("22"),))
    assert asked("remove-contact", now) == "last-member:7"
    answers = {"last-member:7": "leave-empty"}
    assert ids(planned("remove-contact", now, answers=answers)) == ["remove-membership"]


@pytest.mark.rule("R2")
def test_the_sold_to_s_own_membership_is_named_as_such() -> None:
    now = snapshot(new_customer=OLD_CUSTOMER, members=BOTH)
    plan = derive_plan(asking("remove-contact", "olga@old.test"), now, now.pin(), {})
    assert plan.changes[0].target.id == "m1"
    assert any("Sold To" in note for note in plan.notes)


@pytest.mark.rule("C7")
@pytest.mark.parametrize("workflow", EVERY)
def test_a_stranger_as_sold_to_is_stale(workflow: str) -> None:
    stranger = account(contact(SOLD_TO, work_email="x@y.test"))
    now = snapshot(members=BOTH, account=stranger)
    with pytest.raises(Stale):
        planned(workflow, now, snapshot(members=BOTH).pin())
