"""Masked forms: enough to recognise a person that one knows, not enough to write to them.

Everything that is shown, logged or stored outside the journal's sealed columns goes through here.
"""

import re

from domain.records import Scalar, State

PERSONAL_FIELDS = frozenset(
    {
        "first_name",
        "last_name",
        "email",
        "work_email",
        "unconfirmed_email",
        "address1",
        "address2",
        "city",
        "state",
        "postal_code",
    }
)

_ENDING = re.compile(r"[\w-]+")
"""What a domain may end in, in any script."""


def mask_email(email: str) -> str:
    """`ada@example.com` becomes `a***@e***.com`; what is no address becomes a masked word."""
    local, at, domain = email.strip().rpartition("@")
    if not at:
        return mask_word(email)
    host, dot, suffix = domain.rpartition(".")
    if not _ENDING.fullmatch(suffix):  # people write names and streets behind an address
        suffix = mask_word(suffix)
    return f"{mask_word(local)}@{mask_word(host or domain)}{dot}{suffix if host else ''}"


def mask_word(word: str) -> str:
    """The first letter, then three stars whatever the length. Empty text stays empty."""
    word = word.strip()
    return f"{word[0]}***" if word else ""


def mask_value(field: str, value: Scalar) -> Scalar:
    """The masked form of one field; fields that say nothing about a person stay as they are."""
    if field not in PERSONAL_FIELDS or not isinstance(value, str):
        return value
    return mask_email(value) if "@" in value else mask_word(value)


def mask_state(state: State) -> State:
    """A state with each personal field masked."""
    return {field: mask_value(field, value) for field, value in state.items()}
