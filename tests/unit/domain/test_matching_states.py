"""When a record counts as being in a state, and which fields are named when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Change, Kind, Target, differing, matches, matches_any
from domain.records import Scalar, State

VALUES = st.none() | st.booleans() | st.text(max_size=8)
STATES = st.dictionaries(st.sampled_from(["id", "email", "last_name", "on"]), VALUES, max_size=4)


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        ({}, {}, True),
        ({"id": "1"}, {}, False),
        ({}, {"id": "1"}, False),
        ({"id": "1", "more": "x"}, {"id": "1"}, True),
        ({"id": "1"}, {"id": "1", "more": "x"}, False),
        ({"email": "A@B.test"}, {"email": "a@b.TEST"}, True),
        ({"work_email": "A@B.test"}, {"work_email": "a@b.test"}, True),
        ({"email": "info@straße.test"}, {"email": "info@strasse.test"}, False),
        ({"last_name": "NEW"}, {"last_name": "New"}, False),
        ({"last_name": " New "}, {"last_name": "New"}, True),
        ({"uid": None}, {"uid": ""}, True),
        ({"uid": ""}, {"uid": None}, True),
        ({}, {"uid": ""}, False),
        ({"id": "1"}, {"id": "1", "uid": ""}, True),
        ({"uid": "5"}, {"uid": ""}, False),
        ({"on": True}, {"on": True}, True),
        ({"on": False}, {"on": True}, False),
        ({"on": None}, {"on": False}, False),
        ({"on": "true"}, {"on": True}, False),
        ({"id": 1}, {"id": "1"}, False),
    ],
)
def test_a_record_is_in_a_state_if_every_wanted_field_is(
    found: State, wanted: State, expected: bool
) -> None:
    assert matches(found, wanted) is expected


@given(STATES)
def test_every_state_is_in_itself(state: State) -> None:
    assert matches(state, state)
    assert differing(state, state) == ()


@given(STATES, STATES)
def test_where_records_exist_matching_and_naming_differences_agree(
    found: State, wanted: State
) -> None:
    if found and wanted:
        assert matches(found, wanted) == (differing(found, wanted) == ())


@given(STATES, st.lists(STATES, max_size=3))
def test_one_of_several_states_is_enough(found: State, allowed: list[State]) -> None:
    expected = any(matches(found, state) for state in allowed)
    assert matches_any(found, tuple(allowed)) is expected


def test_differences_are_named_in_the_order_of_the_wanted_state() -> None:
    wanted: State = {"last_name": "New", "email": "a@b.test", "id": "1"}
    assert differing({"id": "2", "email": "A@b.test"}, wanted) == ("last_name", "id")


def test_nothing_is_allowed_where_no_state_is() -> None:
    assert not matches_any({"id": "1"}, ())
    assert not matches_any({}, ())


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (None, {}, True),
        (("q", "yes"), {}, False),
        (("q", "yes"), {"q": "no"}, False),
        (("q", "yes"), {"q": "yes"}, True),
    ],
)
def test_a_change_with_a_condition_waits_for_its_answer(
    condition: tuple[str, str] | None, answers: dict[str, str], expected: bool
) -> None:
    after: dict[str, Scalar] = {"id": "1"}
    change = Change(
        id="c",
        kind=Kind.SET,
        step="s",
        rule="r",
        title="t",
        target=Target(model="customer", id="1"),
        before=(after,),
        after=after,
        condition=condition,
    )
    assert change.applies(answers) is expected
