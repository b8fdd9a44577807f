"""Invented people. Nobody here exists, and every address ends in a domain that cannot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

FIRST = (
    *("Alva", "Benno", "Cosima", "Dario", "Elin", "Fenja", "Gero", "Hedda", "Iven", "Jola"),
    *("Kasimir", "Liv", "Mirko", "Nelda", "Ottilie", "Pelle", "Quirin", "Runa", "Sten", "Tilda"),
)
LAST = (
    *("Ackerwind", "Birkholm", "Cederquell", "Dornfeld", "Espenhain", "Farnbach", "Grauwald"),
    *("Haselmoor", "Immergrund", "Jaspisberg", "Kieselau", "Lindental", "Moosbrink", "Nebelhoff"),
    *("Ostersand", "Pappelried", "Quellmark", "Rohrbeck", "Silberbusch", "Tannengrat"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who can be a contact, a Customer or both."""

    first_name: str
    last_name: str
    email: str


def hex_id(kind: str, name: str) -> str:
    """A Zuora id: 32 hex digits, the same at every planting."""
    return hashlib.md5(f"{kind}:{name}".encode(), usedforsecurity=False).hexdigest()


def person(serial: int, tag: str, domain: str) -> Person:
    """The person with a running number; `tag` makes their address findable anywhere."""
    first = FIRST[serial % len(FIRST)]
    last = LAST[serial // len(FIRST) % len(LAST)]
    local = ".".join(part for part in (first.lower(), last.lower(), f"{tag}{serial}") if part)
    return Person(first, last, f"{local}@{domain}")
