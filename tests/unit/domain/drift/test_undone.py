"""Whether what a run proved is still so (D2): what somebody adds later undoes nothing."""

import pytest

from domain.drift.undone import still, undone
from domain.plan import Expectation
from domain.records import State
from domain.snapshot import members_of, members_state
from tests.unit.domain.drift.plans import MEMBERS, PLAN, SOLD_TO


@pytest.mark.rule("D2")
@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (["22"], True),
        (["22", "33", "44"], True),  # colleagues who joined
        (["33"], False),  # the new contact is gone
        (["22", "11"], False),  # who was removed is back
        (["22", "33", "11"], False),
        ([], False),
    ],
)
def test_members(now: list[str], holds: bool) -> None:
    assert still(PLAN, MEMBERS, members_state(now)).holds == holds


def test_members_elsewhere() -> None:
    """Who was removed from this account may join another, where it was said who stays."""
    there = Expectation(name=members_of("9"), title="stay", allowed=(members_state(["5"]),))
    assert still(PLAN, there, members_state(["5", "11"])).holds
    assert not still(PLAN, there, members_state(["11"])).holds


def test_an_account_that_was_left_without_members() -> None:
    nobody = Expectation(name="members", title="nobody", allowed=(members_state([]),))
    assert still(PLAN, nobody, members_state(["33"])).holds
    assert not still(PLAN, nobody, members_state(["11"])).holds


@pytest.mark.rule("D2")
def test_anything_else_has_to_be_as_it_was_proved() -> None:
    found: State = {"first_name": "Olga", "work_email": "nina.canary@new.test", "more": "x"}
    assert not still(PLAN, SOLD_TO, found).holds
    assert still(PLAN, SOLD_TO, {**found, "first_name": "Nina"}).holds


def test_what_is_told_of_it_is_masked() -> None:
    """The facts are named, and both sides shown without what makes a person known."""
    fact = still(PLAN, SOLD_TO, {"first_name": "Olga", "work_email": "olga.canary@old.test"})
    told = undone("ho-1", (fact,))
    assert (told.identity, told.fields) == (("proved-change-undone", "ho-1"), ("zuora-sold-to",))
    assert told.shown["expected"]["zuora-sold-to: work_email"] == "n***@n***.test"
    assert told.shown["found"]["zuora-sold-to: work_email"] == "o***@o***.test"
    assert "canary" not in repr(told)
