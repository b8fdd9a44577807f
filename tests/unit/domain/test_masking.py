"""Masked forms: no output contains what could be written to."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.masking import PERSONAL_FIELDS, mask_email, mask_state, mask_value, mask_word
from domain.plans.change_contact import derive
from domain.records import State
from tests.unit.domain.worlds import NEW_CUSTOMER, customer, request, snapshot

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="@.* \t\n\r"), min_size=2)
"""Parts long enough that a first letter does not tell them."""


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("ada@example.com", "a***@e***.com"),
        (" ada@example.com ", "a***@e***.com"),
        ("ada+tag@mail.example.co.uk", "a***@m***.uk"),
        ("ada@localhost", "a***@l***"),
        ("a@b@example.com", "a***@e***.com"),
        ("no address", "n***"),
        ("", ""),
        ("@example.com", "@e***.com"),
        ("ada@", "a***@"),
        ("ada@example.com (Ada Lovelace)", "a***@e***.c***"),
        ("c/o ada@example.Lovelace, 12 Way", "c***@e***.L***"),
    ],
)
def test_an_address_keeps_first_letters_and_its_ending(email: str, masked: str) -> None:
    assert mask_email(email) == masked


@given(WORDS, WORDS, st.sampled_from(["com", "test", "org"]))
def test_no_mask_contains_the_local_part_or_the_host(local: str, host: str, ending: str) -> None:
    assume(local.strip() and host.strip() and ending not in (local, host))
    assume(local not in ending and host not in ending)
    masked = mask_email(f"{local}@{host}.{ending}")
    assert local not in masked
    assert host not in masked


@given(WORDS)
def test_no_mask_contains_the_word_or_tells_its_length(word: str) -> None:
    assume(len(word.strip()) > 1)
    assert word not in mask_word(word)
    assert len(mask_word(word)) == 4


@given(st.sampled_from(sorted(PERSONAL_FIELDS)), WORDS, WORDS)
def test_every_personal_field_is_masked_whatever_it_holds(field: str, one: str, two: str) -> None:
    assume(len(one.strip()) > 1 and len(two.strip()) > 1)
    for value in (one, f"{one} {two}", f"{one}@{two}.test"):
        assume(one not in "test")
        masked = mask_value(field, value)
        assert isinstance(masked, str)
        assert one not in masked


def test_fields_that_tell_nothing_about_a_person_stay() -> None:
    state: State = {"id": "11", "login_activated": True, "email": "ada@example.com", "uid": None}
    expected = {"id": "11", "login_activated": True, "email": "a***@e***.com", "uid": None}
    assert mask_state(state) == expected


@pytest.mark.parametrize("value", [True, 5, None])
def test_what_is_no_text_has_nothing_to_mask(value: bool | int | None) -> None:
    assert mask_value("email", value) == value


def test_the_outline_of_a_plan_is_masked() -> None:
    now = snapshot(new_customer=customer(NEW_CUSTOMER, login_activated=False))
    plan = derive(request(), now, now.pin(), {})
    printed = str(plan.outline())
    for word in ("Nina", "Olga", "nina", "olga", "old.test", "new.test"):
        assert word not in printed
    assert [c["number"] for c in plan.outline()] == list(range(1, len(plan.changes) + 1))
