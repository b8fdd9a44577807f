"""Postal fields as Zuora gives them back: codes of countries and states become full names."""

import pycountry

from domain.records import Address, Scalar, State

POSTAL_FIELDS = frozenset(Address.model_fields)

TAXED_BY_STATE = frozenset({"US", "CA"})
"""Countries whose contacts need a state for Zuora's tax (facts: zuora, section 5)."""


def same_postal_value(field: str, found: State, wanted: Scalar) -> bool:
    """Whether a postal field says what is wanted, be it as a code or as a full name.

    A code of a state is one of the country that stands beside it in what was found. Unset is empty.
    """
    one, other = _words(found.get(field)), _words(wanted)
    match field:
        case "country":
            return _one_name(one, other) or _one_code(country_code(one), country_code(other))
        case "state":
            states = _states(country_code(_words(found.get("country"))))
            return _one_name(one, other) or _one_code(
                states.get(one.casefold()), states.get(other.casefold())
            )
        case _:
            return one == other


def country_code(text: str) -> str | None:
    """The two letters of a country that is given by name or by code; None if it is not known."""
    try:
        return str(pycountry.countries.lookup(text).alpha_2) if text else None
    except LookupError:
        return None


def _states(country: str | None) -> dict[str, str]:
    """The code of each state of a country, by its name and by its code, in small letters."""
    found = [s for s in pycountry.subdivisions if s.country_code == country]
    codes = {one.code.partition("-")[2].casefold(): one.code for one in found}
    return {**codes, **{one.name.casefold(): one.code for one in found}}


def _one_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _one_code(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _words(value: Scalar) -> str:
    return " ".join(str(value or "").split())
