"""Answers of systems whose statuses mean what they say: GitLab, Mailgun and Zendesk.

What they write into their error bodies may name people and is never kept.
"""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from clients.answers import Answer, Call
from clients.http import raise_if_down, undocumented
from domain.errors import Defect, Refused, SignInExpired, Transient

Body = dict[str, Any]


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")


def object_of(answer: Answer, *, system: str) -> Body:
    """The JSON object of a good answer.

    Raises SignInExpired for a 401, Refused with code `<system>-permission` for a 403, Transient for
    what may pass, and Defect for any other status.
    """
    raise_for_access(answer, system=system)
    raise_if_down(answer)
    if not 200 <= answer.status < 300:
        raise undocumented(answer)
    body = answer.json()
    if not isinstance(body, dict):
        raise Transient(f"{answer.title}: the answer is not a JSON object", code="unreadable")
    return body


def raise_for_access(answer: Answer, *, system: str) -> None:
    """Raises for credentials that don't count, and for rights that they lack."""
    if answer.status == 401:
        variables = f"HANDOVER_{system.upper()}_*"
        raise SignInExpired(f"{answer.title}: our credentials don't count; check {variables}")
    if answer.status == 403:
        text = f"{answer.title}: the credentials lack the right to do this"
        raise Refused(text, code=f"{system}-permission")


def part(body: Body, key: str, system: str) -> Body:
    """An object inside the body. Raises Defect if there is none."""
    value = body.get(key)
    if not isinstance(value, dict):
        raise Defect(f"{system}: the answer has no {key}")
    return value


def rows(body: Body, key: str, system: str) -> list[Body]:
    """The rows of a page. Raises Defect if there are none."""
    value = body.get(key)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Defect(f"{system}: {key} is not a list of records")
    return value


def needed(body: Body, key: str, system: str) -> str:
    """A value that no record is without. Raises Defect if it is missing or empty."""
    value = text(body, key)
    if not value:
        raise Defect(f"{system}: the answer has no {key}")
    return value


def text(body: Body, key: str) -> str:
    """A value as text, empty where there is none."""
    value = body.get(key)
    return "" if value is None else str(value)


def following(call: Call, address: object, base_url: str, system: str) -> Call:
    """The call for another page. Our credentials go to our own host only; else raises Defect."""
    if not isinstance(address, str) or not address.startswith(f"{base_url}/"):
        raise Defect(f"{system}: {call.name}: the next page is on another host")
    parts = urlsplit(address.removeprefix(base_url))
    return Call(
        call.method,
        call.name,
        parts.path,
        params=parse_qsl(parts.query, keep_blank_values=True),
        headers=call.headers,
    )
