"""Normal forms: what differs in letter case, whitespace or form only is the same."""

import unicodedata
from collections.abc import Callable
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.drift import normal
from domain.mailboxes import mailbox

SPACES = ("", " ", "  ", "\t", "\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}")
FORMS = (str.upper, str.lower, str.casefold, str.title, lambda text: text)
LETTERS = st.text(st.characters(categories=("L", "Nd"), max_codepoint=0x24F), max_size=12)


@given(
    st.lists(LETTERS, max_size=4),
    st.sampled_from(SPACES),
    st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")),
)
def test_whitespace_and_the_form_in_unicode_do_not_count(
    words: list[str], space: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    text = space + space.join(words) + space
    assert normal.plain(unicodedata.normalize(form, text)) == normal.plain("".join(words))


@given(LETTERS, st.sampled_from((str.casefold, str.swapcase, str.upper)))
def test_letter_case_does_not_count(text: str, written: Callable[[str], str]) -> None:
    assert normal.plain(written(text)) == normal.plain(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_is_the_long_way(text: str) -> None:
    """An accent behind it takes the long way; both agree about what is before."""
    assert normal.plain(text + "é") == normal.plain(text) + "é"


@given(st.text(), st.text())
def test_other_text_is_another_text(one: str, other: str) -> None:
    """Only what looks alike when it is folded and spaces are gone is the same."""
    if one.isascii() and other.isascii():
        bare = ("".join(text.split()).lower() for text in (one, other))
        assert (normal.plain(one) == normal.plain(other)) == (len(set(bare)) == 1)


def test_unset_is_empty() -> None:
    assert normal.plain(None) == normal.email(None) == normal.name(None, "") == ""
    assert normal.address({"city": None, "country": ""}) == ""


@given(st.emails())
def test_an_email_is_its_mailbox(email: str) -> None:
    assert normal.email(f" {email.upper()}") == mailbox(email)


def test_sharp_s_is_another_mailbox_but_the_same_name() -> None:
    assert normal.email("gross@x.example") != normal.email("groß@x.example")
    assert normal.name("Groß", "") == normal.name("GROSS", "")


def test_first_and_last_name_are_kept_apart() -> None:
    assert normal.name("Ada Maria", "Lovelace") != normal.name("Ada", "Maria Lovelace")
    assert normal.name("", "Lovelace") != normal.name("Lovelace", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"country": "Germany"}, {"country": "DE"}),
        ({"country": "deu"}, {"country": " germany "}),
        ({"country": "United States", "state": "California"}, {"country": "US", "state": "ca"}),
        ({"country": "Narnia", "state": "CA"}, {"country": "narnia", "state": "ca"}),
        ({"address1": "12  Sample Way"}, {"address1": "12 SAMPLE WAY "}),
    ],
)
def test_addresses_that_are_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    assert normal.address(one) == normal.address(other)
    assert normal.differing(one, other) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        ({"country": "Austria"}, {"country": "AU"}, ("country",)),
        ({"country": "DE", "state": "CA"}, {"country": "DE", "state": "California"}, ("state",)),
        ({"address1": "a", "city": ""}, {"address1": "", "city": "a"}, ("address1", "city")),
    ],
)
def test_addresses_that_are_not(
    one: dict[str, str], other: dict[str, str], fields: tuple[str, ...]
) -> None:
    assert normal.address(one) != normal.address(other)
    assert normal.differing(one, other) == fields  # type: ignore[arg-type]


ADDRESSES = st.fixed_dictionaries(
    {
        field: st.sampled_from(("", "a", " A", "b", None))
        for field in ("address1", "address2", "city", "postal_code")
    }
    | {
        "country": st.sampled_from(("", "US", "United States", "Canada", "ca", None)),
        "state": st.sampled_from(("", "CA", "California", "Ontario", "on", None)),
    }
)


@given(ADDRESSES, ADDRESSES)
def test_one_text_for_an_address_is_all_of_its_fields(
    one: dict[str, str | None], other: dict[str, str | None]
) -> None:
    """What the pages compare by one hash is what a live read compares field by field."""
    same = normal.address(one) == normal.address(other)
    assert same == (not normal.differing(one, other))  # type: ignore[arg-type]
