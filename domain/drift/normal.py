"""Normal forms: what of a text counts where two systems are compared.

Letter case, whitespace, signs that nobody sees and the form in Unicode don't; an email is its
mailbox, and a country or state is the same by name and by code. The forms are made of every record
of every scan: plain ASCII, which most of it is, takes the short way.
"""

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

import pycountry

from domain.mailboxes import mailbox
from domain.records import Scalar, State

ADDRESS_FIELDS = ("address1", "address2", "city", "state", "postal_code", "country")
"""In the order in which an address is put into one text."""


def plain(text: str | None) -> str:
    """A text in its normal form; unset is empty."""
    if not text:
        return ""
    if text.isascii():
        return "".join(text.lower().split())
    # Folding keeps an i without its dot apart, whose capital is I; and it undoes what was composed.
    for form in (str.upper, str.casefold, str):
        text = unicodedata.normalize("NFKC", form(unicodedata.normalize("NFKC", text)))
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def email(address: str | None) -> str:
    """The mailbox that an address names; unset is empty."""
    return mailbox(address) if address else ""


def name(first: str | None, last: str | None) -> str:
    """Somebody's names as one text, empty where there are none."""
    one, other = plain(first), plain(last)
    return f"{one}\0{other}" if one or other else ""


def address(fields: Mapping[str, str | None]) -> str:
    """A postal address as one text, empty where no field of it is set."""
    parts = [plain(fields.get(field)) for field in ADDRESS_FIELDS]
    parts[5] = country = _countries().get(parts[5], parts[5])
    if parts[3]:
        parts[3] = _states(country).get(parts[3], parts[3])
    return "\0".join(parts) if any(parts) else ""


def differing(one: State, other: State) -> tuple[str, ...]:
    """The fields in which two sides say something else, in the order of the second."""
    return tuple(field for field in other if not _same(field, one, other))


def _same(field: str, one: State, other: State) -> bool:
    if _form(field, one) == _form(field, other):
        return True
    # A state that is written alike is no difference where only the country is another.
    return field == "state" and plain(_text(one, field)) == plain(_text(other, field))


def _form(field: str, state: State) -> Scalar:
    value = state.get(field)
    if not isinstance(value, str | None):
        return value
    form = _FORMS.get(field)
    return form(value, state) if form else plain(value)


def _country(text: str | None, _: State) -> str:
    return _countries().get(plain(text), plain(text))


def _state(text: str | None, beside: State) -> str:
    states = _states(_country(_text(beside, "country"), beside))
    return states.get(plain(text), plain(text))


def _text(state: State, field: str) -> str:
    value = state.get(field)
    return value if isinstance(value, str) else ""


_FORMS: Mapping[str, Callable[[str | None, State], str]] = {
    "email": lambda text, _: email(text),
    "work_email": lambda text, _: email(text),
    "unconfirmed_email": lambda text, _: email(text),
    "country": _country,
    "state": _state,
}


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    """The two letters of each country, by the normal form of all that it is called."""
    names = ("name", "official_name", "common_name", "alpha_3", "numeric", "alpha_2")
    return {
        plain(getattr(one, name)): one.alpha_2
        for one in pycountry.countries
        for name in names
        if hasattr(one, name)
    }


@lru_cache(maxsize=512)
def _states(country: str) -> Mapping[str, str]:
    """The code of each state of a country, by the normal form of its name and of its code."""
    found = [one for one in pycountry.subdivisions if one.country_code == country]
    codes = {plain(one.code.partition("-")[2]): one.code for one in found}
    return {**codes, **{plain(one.name): one.code for one in found}}
