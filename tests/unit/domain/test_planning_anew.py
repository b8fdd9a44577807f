"""A plan that is made anew completes what was begun, from wherever it was left."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Kind, matches
from domain.records import State
from domain.snapshot import contact_state
from tests.unit.domain.model_world import World, plan_in
from tests.unit.domain.worlds import NEW_CUSTOMER, OLD_CUSTOMER, customer, request

WANTED: State = {"first_name": "Nina", "last_name": "New", "work_email": "nina@new.test"}
NOT_TOUCHED = {"sold-to-not-restored": "restore"}


def world(*, login: bool, syncs: bool, touches: bool) -> World:
    """A world in which nothing was done yet."""
    new = customer(NEW_CUSTOMER, login_activated=login)
    return World(syncs=syncs, touches=touches, customers={"11": OLD_CUSTOMER, "22": new})


@pytest.mark.parametrize("login", [True, False])
@pytest.mark.parametrize("syncs", [True, False])
@pytest.mark.parametrize("touches", [True, False])
def test_a_plan_that_nothing_disturbs_ends_proved(login: bool, syncs: bool, touches: bool) -> None:
    here = world(login=login, syncs=syncs, touches=touches)
    not_restored = not login and syncs and not touches
    here.carry_out_all(plan_in(here, request()), NOT_TOUCHED if not_restored else {})
    assert here.members == ["22"]
    assert matches(contact_state(here.sold_to), WANTED)


@given(st.data())
def test_from_every_half_applied_state_a_new_plan_completes_the_rest(data: st.DataObject) -> None:
    login, syncs, touches = (data.draw(st.booleans()) for _ in range(3))
    here = world(login=login, syncs=syncs, touches=touches)
    first = plan_in(here, request())
    pinned = here.look(request()).pin()
    done = data.draw(st.integers(0, len(first.changes)))
    answers = NOT_TOUCHED if syncs and not touches else {}
    for change in first.changes[:done]:
        if change.applies(answers):
            here.carry_out(change)

    second = plan_in(here, request(), pinned)
    here.carry_out_all(second, answers)

    assert (second.pinned_contact_id, second.pinned_customer_id) == ("z1", "11")
    assert here.members == ["22"]
    assert matches(contact_state(here.sold_to), WANTED)
    assert contact_state(here.bill_to)["work_email"] == "bill@pay.test"
    repeated = {c.id for c in second.changes} & {c.id for c in first.changes[:done]}
    assert repeated <= {"save-original-sold-to", "restore-sold-to", "update-sold-to"}


@given(st.integers(0, 6))
def test_a_plan_made_anew_twice_is_the_same_plan(done: int) -> None:
    here = world(login=False, syncs=True, touches=True)
    pinned = here.look(request()).pin()
    for change in plan_in(here, request()).changes[:done]:
        if change.condition is None:
            here.carry_out(change)
    before = deepcopy(here)
    assert plan_in(here, request(), pinned) == plan_in(before, request(), pinned)


def test_when_all_is_done_nothing_is_left() -> None:
    here = world(login=True, syncs=True, touches=True)
    pinned = here.look(request()).pin()
    here.carry_out_all(plan_in(here, request()))
    again = plan_in(here, request(), pinned)
    assert again.changes == ()
    assert again.pinned_customer_id == "11"


def test_who_is_removed_is_the_pinned_person_whoever_is_the_sold_to_by_now() -> None:
    here = world(login=True, syncs=True, touches=True)
    pinned = here.look(request()).pin()
    here.carry_out(plan_in(here, request()).changes[0])
    here.sold_to = type(here.sold_to).model_validate({**here.sold_to.model_dump(), **WANTED})
    again = plan_in(here, request(), pinned)
    [removed] = [c for c in again.changes if c.kind is Kind.DELETE]
    assert removed.target.id == "m11"


def test_where_the_removal_was_done_the_pinned_person_is_not_looked_for_again() -> None:
    here = world(login=True, syncs=True, touches=True)
    pinned = here.look(request()).pin()
    for change in plan_in(here, request()).changes[:2]:
        here.carry_out(change)
    again = plan_in(here, request(), pinned)
    assert [c.id for c in again.changes] == ["update-sold-to"]
