"""Codes of countries and states are taken, and full names given back. An excerpt of the lists."""

from __future__ import annotations

COUNTRIES = {
    "AT": "Austria",
    "AU": "Australia",
    "BE": "Belgium",
    "BR": "Brazil",
    "CA": "Canada",
    "CH": "Switzerland",
    "CZ": "Czech Republic",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "Korea, Republic of",
    "NL": "Netherlands",
    "PL": "Poland",
    "SE": "Sweden",
    "TR": "Turkey",
    "US": "United States",
}
STATES = {
    "United States": {
        "CA": "California",
        "CO": "Colorado",
        "IL": "Illinois",
        "MA": "Massachusetts",
        "NY": "New York",
        "TX": "Texas",
        "WA": "Washington",
    },
    "Canada": {"BC": "British Columbia", "ON": "Ontario", "QC": "Quebec"},
}


def country_name(text: str | None) -> str | None:
    """The full name of a country given by name or code; what is not known stays as it is."""
    return COUNTRIES.get(text.upper(), text) if text else text


def state_name(text: str | None, country: str | None) -> str | None:
    """The full name of a state where states have codes."""
    return STATES.get(country or "", {}).get(text.upper(), text) if text else text
