"""Which email addresses are taken, how long they may be, and when two of them are one mailbox."""

import pytest

from domain.errors import InvalidRequest
from domain.records import same_email
from domain.requests import ChangeContact, parse_request, warnings_for
from tests.unit.domain.worlds import REQUEST, as_change


def with_email(email: object) -> ChangeContact:
    """The request for a new contact with this email."""
    contact = {**REQUEST["new_contact"], "email": email}
    return as_change(parse_request({**REQUEST, "new_contact": contact}))


def long_email(length: int) -> str:
    """A long address whose parts keep to the limits of SMTP."""
    email = "n" * 40 + "@" + "h" * (length - 46) + ".test"
    assert len(email) == length
    return email


def test_74_characters_fit_everywhere() -> None:
    assert warnings_for(with_email(long_email(74))) == []


@pytest.mark.parametrize("length", [75, 80])
def test_more_than_74_characters_are_taken_with_a_warning(length: int) -> None:
    [warning] = warnings_for(with_email(long_email(length)))
    assert warning.startswith("new_contact.email has more than 74 characters")
    assert "nnn" not in warning


def test_81_characters_are_too_many() -> None:
    with pytest.raises(InvalidRequest) as caught:
        with_email(long_email(81))
    expected = ("new_contact.email: has 81 characters; Zuora takes at most 80",)
    assert caught.value.problems == expected


@pytest.mark.parametrize(
    "email",
    [
        "nina+gitlab@new.test",
        "Nina.New@New.TEST",
        "nina@bücher.test",
        "nina@xn--bcher-kva.test",
        "ñina@new.test",
        "o'neil@new.test",
        "n@a.b.c.d.test",
    ],
)
def test_an_address_is_taken_in_the_spelling_that_was_given(email: str) -> None:
    assert with_email(email).new_contact.email == email


@pytest.mark.parametrize(
    "email",
    [
        "nina",
        "nina@",
        "@new.test",
        "nina@@new.test",
        "nina@new",
        "nina@localhost",
        "nina@-new.test",
        "nina new@new.test",
        "nina..new@new.test",
        "Nina <nina@new.test>",
        "nina@new.test, olga@old.test",
        "nina@[127.0.0.1]",
        "mailto:nina@new.test",
        7,
    ],
)
def test_what_is_no_address_is_refused_without_being_repeated(email: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        with_email(email)
    assert caught.value.problems == ("new_contact.email: is not an email address",)


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("ni\x00na@new.test", "control character"),
        ("nina@new.test\nBcc: x@y.test", "control character"),
        ("nina🦊@new.test", "emoji"),
    ],
)
def test_control_characters_and_emoji_are_named_as_such(email: str, problem: str) -> None:
    with pytest.raises(InvalidRequest, match=problem):
        with_email(email)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a@b.test", "A@B.TEST"), (" a@b.test ", "a@b.test"), ("É@b.test", "é@b.test")],
)
def test_letter_case_and_outer_whitespace_make_no_other_mailbox(one: str, other: str) -> None:
    assert same_email(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a@b.test", "a@c.test"),
        ("a+x@b.test", "a@b.test"),
        ("a.b@c.test", "ab@c.test"),
        ("info@straße.test", "info@strasse.test"),
        ("a@b.test", ""),
    ],
)
def test_different_spellings_are_different_mailboxes(one: str, other: str) -> None:
    assert not same_email(one, other)
