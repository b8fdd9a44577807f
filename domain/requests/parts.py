"""The types of which requests are made, each of which says what is wrong with a value."""

import unicodedata
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from domain.errors import InvalidRequest

EMAIL_LIMIT = 80
"""Zuora's contact text allows 80 characters, one of its pages only 74: see `warnings_for`."""
EMAIL_SAFE_LENGTH = 74


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make text on a screen read otherwise than it is."""


def _plain_text(value: str) -> str:
    if any(ord(char) > 0xFFFF for char in value):
        raise ValueError("contains an emoji or another character that Zuora can't store")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") or char in _BIDI for char in value):
        raise ValueError("contains a line break or another control character")
    return value


def _email(value: str) -> str:
    if len(value) > EMAIL_LIMIT:
        raise ValueError(f"has {len(value)} characters; Zuora takes at most {EMAIL_LIMIT}")
    try:
        # The sandbox's people live under `.test`, which nobody can own: allowed on purpose.
        checked = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        # The library's own text quotes parts of the address.
        raise ValueError("is not an email address") from None
    return checked.original


def _handle(value: str) -> str:
    if "@" in value:
        raise ValueError("is an email address; use the person's handle, it is shown and logged")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[Text, Field(max_length=100), AfterValidator(_plain_text)]
Street = Annotated[Text, Field(max_length=255), AfterValidator(_plain_text)]
City = Annotated[Text, Field(max_length=40), AfterValidator(_plain_text)]
"""A city or a state."""
Country = Annotated[Text, Field(max_length=64), AfterValidator(_plain_text)]
PostalCode = Annotated[Text, Field(max_length=20), AfterValidator(_plain_text)]
Email = Annotated[Text, AfterValidator(_plain_text), AfterValidator(_email)]
Handle = Annotated[Text, Field(max_length=64), AfterValidator(_plain_text), AfterValidator(_handle)]
AccountKey = Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Ticket = Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]


RunId = Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]


class Part(BaseModel):
    """Base of requests and their groups of fields: closed against fields that nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


_HANDLE: TypeAdapter[str] = TypeAdapter(Handle)


def checked_handle(handle: str) -> str:
    """A person's handle as it is recorded: trimmed, short and on one line.

    Raises InvalidRequest for anything else, and for an email address.
    """
    try:
        return _HANDLE.validate_python(handle)
    except ValidationError as error:
        problems = [e["msg"].removeprefix("Value error, ") for e in error.errors()]
        raise InvalidRequest([f"handle: {problem}" for problem in problems]) from None


def check_words(**words: str) -> None:
    """Keeps addresses out of what is recorded for ever and shown, such as reasons.

    Raises InvalidRequest naming every one that holds an address.
    """
    problems = [
        f"{name}: contains an email address, and this is kept for ever; leave it out"
        for name, text in words.items()
        if "@" in text
    ]
    if problems:
        raise InvalidRequest(problems)
