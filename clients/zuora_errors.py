"""Zuora's four error shapes and what each reason means for us (facts: zuora, sections 9 to 11).

Only reason codes get into messages: the texts beside them may quote names and addresses.
"""

import re
from collections.abc import Iterator
from typing import Any

from clients.answers import Answer
from clients.http import raise_if_down, undocumented
from domain.errors import Defect, HandoverError, Refused, SignInExpired, Transient

TRANSIENT, SIGN_IN, MISSING, DENIED, OURS = "transient", "sign-in", "missing", "denied", "ours"
BY_CATEGORY = {
    10: DENIED,
    11: SIGN_IN,
    40: MISSING,
    50: TRANSIENT,
    60: TRANSIENT,
    61: TRANSIENT,
    70: TRANSIENT,
    99: TRANSIENT,
}
"""The last two digits of a numeric code decide; every category that is not here is our mistake."""

GRAVEST_FIRST = (OURS, DENIED, MISSING, SIGN_IN, TRANSIENT)


class TokenRefused(SignInExpired):
    """The token no longer counts. The first time, a new one is fetched and the call sent again."""


def checked_body(answer: Answer, *, missing: str) -> dict[str, Any]:
    """The answer's JSON object, if it is no failure in disguise.

    `missing` is the code of the Refused that is raised for category 40. Also raises Transient,
    TokenRefused, Refused with code `zuora-permission`, and Defect.
    """
    body = answer.json_or_none()
    codes = list(reason_codes(body))
    if any(_category(code) is not None for code in codes):
        raise _error(answer, codes, missing)
    _raise_for_status(answer, body, codes)
    if not isinstance(body, dict):
        raise Transient(f"{answer.title}: the answer is not a JSON object", code="unreadable")
    if codes or body.get("success", body.get("Success", True)) is not True:
        raise _error(answer, codes, missing)
    return body


def reason_codes(body: Any) -> Iterator[str]:
    """All codes of all shapes: `reasons`, `Errors`, a ZOQL fault, a gateway's `code`."""
    if not isinstance(body, dict):
        return
    for reason in [*_list(body, "reasons"), *_list(body, "Errors"), *_list(body, "errors")]:
        yield _word(reason.get("code", reason.get("Code")))
    for key in ("FaultCode", "faultcode", "code"):
        if key in body:
            yield _word(body[key])


def _raise_for_status(answer: Answer, body: Any, codes: list[str]) -> None:
    """Failures that carry no numeric code: a gateway's JSON, or its HTML."""
    if answer.status == 401:
        message = body.get("message", "") if isinstance(body, dict) else ""
        if message == "Failed to get user info":
            raise Transient(f"{answer.title}: {message}", code="server-error")
        raise TokenRefused(f"{answer.title}: the token was not accepted")
    if answer.status == 403:
        raise _denied(answer, codes)
    raise_if_down(answer)
    if not 200 <= answer.status < 300:
        raise undocumented(answer, _named(codes))


def _error(answer: Answer, codes: list[str], missing: str) -> HandoverError:
    """The error of the gravest reason: only if every one may pass is a second try worth it."""
    kinds = {BY_CATEGORY.get(_category(code) or 0, OURS) for code in codes} or {OURS}
    kind = next(kind for kind in GRAVEST_FIRST if kind in kinds)
    if kind == TRANSIENT:
        text = f"{answer.title}: {_named(codes)}"
        return Transient(text, delay=answer.delay, code="zuora-busy")
    if kind == SIGN_IN:
        return TokenRefused(f"{answer.title}: {_named(codes)}")
    if kind == MISSING:
        return _missing(answer, codes, missing)
    if kind == DENIED:
        return _denied(answer, codes)
    return Defect(f"{answer.title}: Zuora can't answer this, {_named(codes) or 'no reason given'}")


def _missing(answer: Answer, codes: list[str], missing: str) -> Refused:
    if missing == "zuora-account-unknown":
        text = f"There is no account of this number in Zuora; check it ({_named(codes)})."
    else:
        text = f"{answer.title}: Zuora has no such record, {_named(codes)}"
    return Refused(text, code=missing)


def _denied(answer: Answer, codes: list[str]) -> Refused:
    text = f"{answer.title}: the Zuora user lacks the permission {_named(codes)}".rstrip()
    return Refused(text, code="zuora-permission")


def _category(code: str) -> int | None:
    return int(code) % 100 if code.isascii() and code.isdigit() else None


def _named(codes: list[str]) -> str:
    return f"reason {', '.join(codes)}" if codes else ""


def _list(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = body.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _word(code: Any) -> str:
    text = str(code)
    return text if re.fullmatch(r"[A-Za-z0-9_.:-]{1,40}", text) else "unnamed"
