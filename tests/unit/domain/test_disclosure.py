"""G5: the Sold To's address in any spelling is refused, and everything else passes."""

import html
import quopri
import re
import string
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.disclosure import check_discloses_nothing
from domain.errors import Refused

HELD = "ada.lovelace@example.com"
OTHER = "grace@another.test"

SPELLINGS = {
    "plain": "Ask ada.lovelace@example.com about it.",
    "letter case": "Ask ADA.Lovelace@Example.COM",
    "plus-address": "ada.lovelace+gitlab@example.com",
    "two tags": "ada.lovelace+a+b@example.com",
    "quoted mail": "On Monday she wrote:\n> From: ada.lovelace@example.com\n> Hello",
    "quoted twice": "> > ada.lovelace@example.com",
    "angle brackets": "Ada Lovelace <ada.lovelace@example.com>",
    "mailto": "[write](mailto:ada.lovelace@example.com?subject=x)",
    "url-encoded": "https://a.test/?email=ada.lovelace%40example.com&x=1",
    "plus-address in a link": "https://a.test/?email=ada.lovelace+tag%40example.com",
    "encoded as a form": "https://a.test/?q=ask+ada.lovelace%40example.com",
    "encoded twice": "https://a.test/?email=ada.lovelace%2540example.com",
    "every sign encoded": "".join(f"%{ord(c):02x}" for c in HELD),
    "html entity": "ada.lovelace&#64;example.com",
    "named entities": "ada&period;lovelace&commat;example&period;com",
    "hexadecimal entities": "".join(f"&#x{ord(c):x};" for c in HELD),
    "zero-width space": "ada.love\u200blace@exam\u200bple.com",
    "soft hyphen": "ada.love\u00adlace@example.com",
    "byte order mark after a word": "Write\ufeffada.lovelace@example.com",
    "combining joiner": "ada.love\u034flace@example.com",
    "full width": "ada.lovelace\uff20example\uff0ecom",
    "ideographic dot": "ada.lovelace@example\u3002com",
    "(at)": "ada.lovelace(at)example.com",
    "[at] and [dot]": "ada [dot] lovelace [at] example [dot] com",
    " at ": "ada dot lovelace at example dot com",
    "-at-": "ada.lovelace-at-example.com",
    "spaces around the signs": "ada . lovelace @ example . com",
    "spaced out": "a d a . l o v e l a c e @ e x a m p l e . c o m",
    "spaced out between the signs": "a d a.l o v e l a c e@e x a m p l e.c o m",
    "soft line break": "Her address is ada.love=\nlace@exam=\r\nple.com",
    "soft line break in a quoted mail": "> ada.love=\n> lace@example.com",
    "quoted-printable": "ada.lovelace=40example=2Ecom",
    "hard line break": "ada.lovelace@\nexample.com",
    "broken inside a quoted word": "> ada.love\n> lace@example.com",
    "broken and indented": "    ada.love\n    lace@example.com",
    "Markdown escapes": r"ada\.lovelace\@example\.com",
    "bold": "ada.lovelace@**example**.com",
    "as code": "`ada.lovelace@example.com`",
    "italic": "_ada.lovelace@example.com_",
    "tags": "<b>ada.lovelace</b>@<wbr>example.com",
    "html inside a link": "mailto:ada.lovelace%26%2364%3Bexample.com",
    "in JSON": '{"to": "Hi\\nada.lovelace\\u0040example.com"}',
    "end of a sentence": "It is ada.lovelace@example.com.Next",
    "quoted local part": '"ada.lovelace"@example.com',
    "non-breaking space": "ada.lovelace\u00a0@\u00a0example.com",
}


def leaks(text: str, *pinned: str, to: str | None = OTHER) -> bool:
    """Whether the guard refuses; its own words must hold no address."""
    try:
        check_discloses_nothing(text, pinned_emails=pinned or (HELD,), recipient_email=to)
    except Refused as error:
        refused = error
    else:
        return False
    assert (refused.rule, refused.code) == ("G5", "discloses-sold-to")
    assert "@" not in str(refused)
    return True


@pytest.mark.rule("G5")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_address_is_found_in_every_spelling(spelling: str) -> None:
    """Whatever a reader, a mail program or a decoder would make it out to be."""
    assert leaks(SPELLINGS[spelling])


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear Mr Lovelace, Ada told us that you work with her at Example.",
        "ada@example.com",
        "lovelace@example.com",
        "charles.ada.lovelace@example.com",
        "charles-ada.lovelace@example.com",
        "ada.lovelace@example.org",
        "ada.lovelace@mail.example.com",
        "ada.lovelace@another-example.com",
        "ada.lovelace@example.community",
        "ada.lovelaces@example.com",
        "ada.lovelace at her desk at example dot org",
        "https://example.com/ada.lovelace",
        "@ada.lovelace on GitLab",
    ],
)
def test_a_shared_name_or_domain_is_no_leak(text: str) -> None:
    """Other people's addresses, names and domains may be told."""
    assert not leaks(text)


@pytest.mark.rule("G5")
def test_its_holder_may_read_it() -> None:
    """In whatever letter case; a plus-address or a colleague is not proved to be the holder."""
    text = f"Your address is {HELD}"
    assert not leaks(text, to="Ada.Lovelace@EXAMPLE.com")
    assert leaks(text, to="ada.lovelace+x@example.com")
    assert leaks(text, to="lovelace@example.com")
    assert leaks(text, to=None)


@pytest.mark.rule("G5")
def test_the_holder_of_one_address_is_not_told_another() -> None:
    """The Sold To's and their Customer's address are two where they differ."""
    assert leaks("b@x.test", "a@x.test", "b@x.test", to="a@x.test")
    assert not leaks("a@x.test", "a@x.test", "b@x.test", to="a@x.test")


@pytest.mark.rule("G5")
def test_a_plus_address_is_guarded_as_its_mailbox() -> None:
    """Who sees one spelling of the mailbox knows the other."""
    assert leaks("ada@example.com", "ada+gitlab@example.com")
    assert leaks("ada+other@example.com", "ada+gitlab@example.com")


@pytest.mark.rule("G5")
@pytest.mark.parametrize(
    ("pinned", "text"),
    [
        ("jo@m\u00fcnchen.example", "jo@xn--mnchen-3ya.example"),
        ("jo@xn--mnchen-3ya.example", "Jo@M\u00dcNCHEN.example"),
        ("jo@xn--mnchen-3ya.example", "jo@mu\u0308nchen.example"),
        ("jo@stra\u00dfe.example", "jo@XN--STRAE-OQA.example"),
        ("jos\u00e9@example.com", "jose\u0301@example.com"),
    ],
)
def test_both_forms_of_an_internationalised_address(pinned: str, text: str) -> None:
    """The domain in Unicode and in ASCII; letters composed and decomposed."""
    assert leaks(text, pinned)
    assert not leaks(text, pinned, to=text)


def test_a_quoted_local_part_is_guarded_without_its_quotes() -> None:
    """The quotes are spelling."""
    assert leaks("ada@example.com", '"ada"@example.com')


def test_nothing_pinned_and_odd_text() -> None:
    """A Customer without an address guards nothing; broken text breaks nothing."""
    assert not leaks("anything @ all", "", "none")
    assert not leaks("\ud83d =ZZ %zz &#x110000; \\ud83d", HELD)


NAMES = st.text(string.ascii_lowercase + string.digits, min_size=2, max_size=8)
ADDRESSES = st.builds(
    "{}{}{}@{}.{}".format, NAMES, st.sampled_from(".-_"), NAMES, NAMES,
    st.sampled_from(["com", "co.uk", "test"]),
)  # fmt: skip
WORDS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="@\uff20\ufe6b"), max_size=40
)


def _spaced(address: str) -> str:
    return re.sub(r"([.@_-])", r" \1 ", address)


def _quoted_printable(address: str) -> str:
    return quopri.encodestring(("x" * 68 + " " + address).encode()).decode().replace("@", "=40")


DISGUISES = (
    str.upper,
    quote,
    html.escape,
    _spaced,
    _quoted_printable,
    lambda a: "".join(f"&#{ord(c)};" for c in a),
    lambda a: "".join(f"%{ord(c):02X}" for c in a),
    "\u200b".join,
    " ".join,
    lambda a: "\n> ".join((a[:5], a[5:])),
    lambda a: a.replace("@", " (at) ").replace(".", "[dot]"),
    lambda a: a.replace("@", "+anything@"),
    lambda a: f"<{a}>",
    lambda a: f"> > mailto:{a}?body=",
)


@pytest.mark.rule("G5")
@settings(deadline=None)
@given(ADDRESSES, st.sampled_from(DISGUISES), st.sampled_from(DISGUISES[:3]), WORDS, WORDS)
def test_any_address_in_any_disguise(address, disguise, outer, before, after) -> None:  # type: ignore[no-untyped-def]
    """Whatever stands around it, and also where the disguise is put on twice."""
    assert leaks(f"{before}\n{outer(disguise(address))}\n{after}", address)
    assert leaks(f"{before} {disguise(address)} {after}", address)


@settings(deadline=None)
@given(ADDRESSES, ADDRESSES, st.sampled_from(DISGUISES), WORDS)
def test_any_other_address_passes(held, shown, disguise, words) -> None:  # type: ignore[no-untyped-def]
    """Also with the same disguises: what is refused is this one address and no other."""
    assume(held not in shown)
    assert not leaks(f"{words}: {disguise(shown)}", held)


@settings(deadline=None)
@given(ADDRESSES, WORDS)
def test_words_and_its_parts_pass(held, words) -> None:  # type: ignore[no-untyped-def]
    """The local part, the domain and any text without a sign for "at" are nobody's address."""
    local, _, domain = held.partition("@")
    assume(not re.search(r"at\b", words.lower()))
    assert not leaks(f"{local} works for {domain}. {words}", held)
