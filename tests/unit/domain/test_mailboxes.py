"""Which spellings name one mailbox, and which of them is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.mailboxes import as_known, mailbox, spellings

UNICODE, ASCII = "nina@bücher.test", "nina@xn--bcher-kva.test"


@pytest.mark.parametrize("email", [UNICODE, ASCII, "Nina@BÜCHER.test", " NINA@XN--bcher-KVA.test "])
def test_case_and_form_of_the_domain_make_no_other_mailbox(email: str) -> None:
    assert mailbox(email) == ASCII


@pytest.mark.parametrize(
    "email", ["nina+x@bücher.test", "ni.na@bücher.test", "nina@bucher.test", "nina@buecher.test"]
)
def test_anything_else_does(email: str) -> None:
    assert mailbox(email) != ASCII


def test_sharp_s_is_a_letter_of_its_own() -> None:
    assert mailbox("a@straße.test") != mailbox("a@strasse.test")


@pytest.mark.parametrize(
    "email", ["nobody", "", "a@", "a@-ü-.test", "a@xn--\u00fc.test", "a@xn--.t"]
)
def test_what_has_no_other_form_stays_as_it_is(email: str) -> None:
    assert mailbox(email) == email.lower()
    assert spellings(email) == (email,)


def test_both_forms_are_looked_for() -> None:
    assert set(spellings(UNICODE)) == set(spellings(ASCII)) == {UNICODE, ASCII}
    assert spellings(UNICODE)[0] == UNICODE
    assert spellings("a@b.test") == ("a@b.test",)


@pytest.mark.parametrize(
    ("email", "known", "written"),
    [
        (UNICODE, ASCII, ASCII),
        (ASCII, UNICODE, UNICODE),
        (UNICODE, UNICODE, UNICODE),
        ("Nina@New.test", "nina@new.test", "Nina@New.test"),
        ("nina@new.test", "olga@old.test", "nina@new.test"),
    ],
)
def test_only_the_form_of_the_domain_is_taken_over(email: str, known: str, written: str) -> None:
    assert as_known(email, known) == written


@given(st.text(max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    assert mailbox(mailbox(text)) == mailbox(text)
    assert spellings(text)[0] == text.strip()
