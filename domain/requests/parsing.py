"""From data to a typed request, with every problem named at once and no value quoted."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from domain.errors import InvalidRequest
from domain.requests import evidence as kinds
from domain.requests.parts import EMAIL_SAFE_LENGTH, Part
from domain.requests.workflows import (
    AddContact,
    ChangeContact,
    ConfirmLogin,
    FixTypo,
    NewContact,
    RemoveContact,
    Request,
    SelfService,
    SendLicence,
    UpdateSoldTo,
    VerifyOwnership,
    WantedAddress,
    WantedContact,
)

WORKFLOWS: dict[str, type[Request]] = {
    "change-contact": ChangeContact,
    "add-contact": AddContact,
    "remove-contact": RemoveContact,
    "confirm-login": ConfirmLogin,
    "update-sold-to": UpdateSoldTo,
    "verify-ownership": VerifyOwnership,
    "fix-typo": FixTypo,
    "send-licence": SendLicence,
    "self-service": SelfService,
}
"""The workflows that can be started, with the shape of their requests."""

EVIDENCE_KINDS = tuple(get_args(kind.model_fields["kind"].annotation)[0] for kind in kinds.KINDS)
"""How each kind of evidence is called in a request."""

_MESSAGES = {
    "missing": "is missing",
    "string_too_short": "is empty or too short; at least {min_length} character(s)",
    "string_too_long": "is too long; {max_length} characters at most",
    "union_tag_not_found": f"needs a `kind`: one of {', '.join(EVIDENCE_KINDS)}",
    "union_tag_invalid": "has an unknown `kind`; {hint}",
    "string_type": "must be text",
    "model_attributes_type": "must be a group of fields",
    "model_type": "must be a group of fields",
    "literal_error": "must be {expected}",
}
_PATTERNS = {
    "account": "must be the Zuora account number (such as A00000001) or its id",
    "ticket": "must be the number of the Zendesk ticket, digits only",
    "invoice": "must be an invoice number such as INV00000001",
    "comment": "must be the id of the comment on the ticket, digits only",
    "confirmed_in": "must be the id of the comment on the ticket, digits only",
    "authorised_in": "must be the id of the comment on the ticket, digits only",
    "subscription": "must be the number of a subscription, such as A-S00000001",
    "namespace": "must be the path of a namespace, such as group/subgroup",
}


_FIELD_NAME = re.compile(r"^[\w-]{1,40}$")
"""A value that slipped into the place of a name, such as an email, is not repeated."""


def parse_request(data: object) -> Request:
    """The typed request. Raises InvalidRequest naming every problem; no message quotes a value."""
    if not isinstance(data, dict):
        raise InvalidRequest(["the request must be a group of `field: value` lines"])
    name = str(data.get("workflow") or "")
    model = WORKFLOWS.get(name)
    if model is None:
        raise InvalidRequest([_unknown_workflow(name), *_other_problems(data, name)])
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest([_describe(dict(e), model) for e in error.errors()]) from None


class _Given(Part):
    """Evidence that is given to a run which asked for better."""

    evidence: kinds.Evidence


def parse_evidence(data: object) -> kinds.Evidence:
    """The typed evidence, given by itself or under the key `evidence` as in a request.

    Raises InvalidRequest naming every problem; no message quotes a value.
    """
    if isinstance(data, dict) and set(data) == {"evidence"}:
        data = data["evidence"]
    try:
        return _Given.model_validate({"evidence": data}).evidence
    except ValidationError as error:
        raise InvalidRequest([_describe(dict(e), _Given) for e in error.errors()]) from None


def _other_problems(data: dict[str, Any], name: str) -> list[str]:
    """What else is wrong: as the workflow most likely meant, else with what every one needs."""
    close = get_close_matches(name, WORKFLOWS, n=1)
    try:
        if close:
            parse_request({**data, "workflow": close[0]})
        else:
            known = {field: data[field] for field in Request.model_fields if field in data}
            Request.model_validate({**known, "workflow": name})
    except InvalidRequest as error:
        return list(error.problems)
    except ValidationError as error:
        return [_describe(dict(e), Request) for e in error.errors()]
    return []


def warnings_for(request: Request) -> list[str]:
    """What is allowed but may surprise; shown with the plan, without personal data."""
    return [
        f"{_place_of(request)} has more than {EMAIL_SAFE_LENGTH} characters;"
        " parts of Zuora accept no more than that"
        for email in (request.subject,)
        if len(email) > EMAIL_SAFE_LENGTH
    ]


def _place_of(request: Request) -> str:
    """The field of a request that holds its subject's email."""
    fields = type(request).model_fields
    places = {
        "new_contact": "new_contact.email",
        "contact": "contact.email" if _names_new_email(request) else "current_email",
        "contact_email": "contact_email",
        "corrected_email": "corrected_email",
    }
    return next(place for field, place in places.items() if field in fields)


def _names_new_email(request: Request) -> bool:
    return isinstance(request, UpdateSoldTo) and request.contact.email is not None


def _unknown_workflow(name: str) -> str:
    if not name:
        return f"workflow: is missing; known are {', '.join(WORKFLOWS)}"
    return f"workflow: is not known; {_nearest(name, WORKFLOWS)}"


def _nearest(word: str, known: Collection[str]) -> str:
    """What was probably meant, else all that could be."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _describe(error: dict[str, Any], model: type[BaseModel]) -> str:
    path = [str(part) for part in error["loc"]]
    if path[:1] == ["evidence"] and len(path) > 1:
        del path[1]  # the kind of evidence, which pydantic names as if it were a field
    where = ".".join(part if _FIELD_NAME.match(part) else "(an unreadable name)" for part in path)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "union_tag_invalid":
        context["hint"] = _nearest(str(context["tag"]), EVIDENCE_KINDS)
    if kind == "extra_forbidden":
        return f"{where}: is not a field here{_did_you_mean(path, model)}"
    if kind == "string_pattern_mismatch":
        return f"{where}: {_PATTERNS.get(path[-1], 'is not well formed')}"
    if kind == "value_error":
        return f"{where}: {context['error']}"
    return f"{where}: {_MESSAGES.get(kind, 'is not well formed').format(**context)}"


def _did_you_mean(path: list[str], model: type[BaseModel]) -> str:
    """A field that is right elsewhere is no misspelling: then the workflows that have it."""
    if len(path) == 1 and (
        owners := [n for n, w in WORKFLOWS.items() if path[0] in w.model_fields]
    ):
        return f"; {', '.join(owners)} {'has' if len(owners) == 1 else 'have'} it"
    names = set(model.model_fields)
    if len(path) > 1:
        names = {name for part in _parts(path[0]) for name in part.model_fields}
    close = get_close_matches(path[-1], names, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _parts(group: str) -> tuple[type[Part], ...]:
    """The shapes that a group of fields may have."""
    if group == "evidence":
        return (*kinds.KINDS, kinds.ResellerPart)
    return (NewContact, WantedContact, WantedAddress)
