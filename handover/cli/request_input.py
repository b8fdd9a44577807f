"""The request of `handover start`: a file, options on top of it, and every problem at once."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from domain.errors import InvalidRequest
from domain.requests import WORKFLOWS, parse_evidence, parse_request, parse_yaml, warnings_for
from handover.cli.installation import find
from handover.reversal import completed, is_reversal

PLACES: dict[str, tuple[str, ...]] = {
    "ticket": ("ticket",),
    "account": ("account",),
    "new_first_name": ("new_contact", "first_name"),
    "new_last_name": ("new_contact", "last_name"),
    "new_email": ("new_contact", "email"),
    "contact_email": ("contact_email",),
    "subscription": ("subscription",),
    "mistyped_email": ("mistyped_email",),
    "corrected_email": ("corrected_email",),
    "confirmed_in": ("confirmed_in",),
    "destination_email": ("destination_email",),
    "current_email": ("current_email",),
    "role": ("role",),
    **{
        f"new_{field}": ("contact", "address", field)
        for field in ("address1", "address2", "city", "state", "postal_code", "country")
    },
    "requester_email": ("requester_email",),
    "reason_without_evidence": ("reason_without_evidence",),
    "access": ("access",),
    "self_service_ruled_out": ("self_service_ruled_out",),
    "approver_email": ("evidence", "approver_email"),
    "comment": ("evidence", "comment"),
    "invoice": ("evidence", "invoice"),
    "document": ("evidence", "document"),
    "seen_by": ("evidence", "seen_by"),
    "reverses": ("reverses",),
    "rename_customer": ("rename_customer",),
    "another_link": ("another_link",),
}
"""Where each option stands in a request."""

_WITHOUT_NEW_CONTACT = {
    "new_first_name": ("contact", "first_name"),
    "new_last_name": ("contact", "last_name"),
    "new_email": ("contact", "email"),
}
"""Where they stand in a request that says what a contact on record shall say."""

_KINDS = {
    "contact-approval": {"approver_email", "comment"},
    "invoice": {"invoice", "document"},
}
_OPTION_OF = {
    ".".join(place): f"--{name.replace('_', '-')}"
    for places in (PLACES, _WITHOUT_NEW_CONTACT)
    for name, place in places.items()
}
_OPTION_OF |= {
    "evidence": "--approver-email and --comment, or --invoice and --document, or --evidence FILE",
    "evidence.kind": "--evidence FILE",
    "contact": "--new-first-name, --new-last-name, --new-email, --new-city, ...",
    "contact.address": "--new-state",
}


def read_request(
    workflow: str | None,
    file: str | None,
    options: Mapping[str, str | bool | None],
    evidence: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """The request and what may surprise about it. Raises InvalidRequest naming every problem.

    `evidence` is a file that takes the place of the request's evidence, whatever its kind.
    """
    if file == evidence == "-":
        raise InvalidRequest(["stdin can't be both the request and its evidence"])
    request = _mapping_in(file, "--file") if file else {}
    if evidence is not None:
        request["evidence"] = _evidence_in(evidence)
    given = {name: value for name, value in options.items() if value is not None}
    problems = _name_workflow(request, workflow) + _overlay(request, given)
    known = {problem.partition(":")[0] for problem in problems}
    if is_reversal(request):
        request, unfit = _filled(request)
        problems += unfit
        # What could not be filled in is not missing besides.
        known |= {"account", "new_contact"} if unfit else set()
    try:
        typed = parse_request(request)
    except InvalidRequest as error:
        found = [problem for problem in error.problems if problem.partition(":")[0] not in known]
        problems += [_with_option(problem) for problem in found]
    if problems:
        raise InvalidRequest(problems)
    return request, warnings_for(typed)


def _filled(request: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The request with what the run that it reverses knows; and what is wrong with that."""
    try:
        find()
        return completed(request), []
    except InvalidRequest as error:
        rest = {name: value for name, value in request.items() if name != "new_contact"}
        return rest, list(error.problems)


def _evidence_in(file: str) -> Any:
    """What a file says of evidence, by itself or under the key that a request has for it."""
    found = _mapping_in(file, "--evidence")
    return found["evidence"] if set(found) == {"evidence"} else found


def read_evidence(file: str) -> dict[str, Any]:
    """Evidence in a file of its own, or as a request has it. Raises InvalidRequest as above."""
    return parse_evidence(_mapping_in(file, "--evidence")).model_dump(
        mode="json", exclude_none=True
    )


def _name_workflow(request: dict[str, Any], workflow: str | None) -> list[str]:
    named = request.get("workflow")
    request["workflow"] = workflow or named
    if workflow and named and workflow != named:
        other = f", {named}," if str(named) in WORKFLOWS else ""
        return [f"workflow: the file names another one{other} than the command line"]
    return []


def _mapping_in(file: str, option: str) -> dict[str, Any]:
    """What a YAML file says. Raises InvalidRequest naming the option that the file was given by."""
    try:
        return parse_yaml(_text(file))
    except InvalidRequest as error:
        raise InvalidRequest([f"{option}: {problem}" for problem in error.problems]) from None


def _text(file: str) -> str:
    if file == "-" and sys.stdin is None:
        raise InvalidRequest(["stdin is closed, so that `--file -` has nothing to read"])
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise InvalidRequest([f"the file can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise InvalidRequest(["the file is not text in UTF-8"]) from None


def _overlay(request: dict[str, Any], given: Mapping[str, str | bool]) -> list[str]:
    """Puts the given options into the request; returns what is wrong with them."""
    problems: list[str] = []
    kinds = [kind for kind, names in _KINDS.items() if names & given.keys()]
    if len(kinds) > 1:
        problems.append(f"evidence: give either {_OPTION_OF['evidence']}")
    elif kinds:
        _choose_evidence(request, kinds[0])
    if _takes(request, "new_contact") and not is_reversal({**request, **given}):
        request.setdefault("new_contact", {})  # so that what is missing in it is named one by one
    places = PLACES if _takes(request, "new_contact") else {**PLACES, **_WITHOUT_NEW_CONTACT}
    for name, value in given.items():
        _put(request, places[name], value)
    return problems


def _put(request: dict[str, Any], place: tuple[str, ...], value: str | bool) -> None:
    """What is in the way of a group is left there, and named as a problem later."""
    *groups, field = place
    target: Any = request
    for group in groups:
        target = target.setdefault(group, {}) if isinstance(target, dict) else None
    if isinstance(target, dict):
        target[field] = value


def _takes(request: Mapping[str, Any], field: str) -> bool:
    """Whether the workflow that is asked for has such a field; an unknown one might."""
    model = WORKFLOWS.get(str(request.get("workflow")))
    return model is None or field in model.model_fields


def _choose_evidence(request: dict[str, Any], kind: str) -> None:
    """Options of one kind of evidence replace a file's evidence of another kind."""
    known = request.get("evidence")
    if not isinstance(known, dict) or known.get("kind") != kind:
        request["evidence"] = {"kind": kind}


def _with_option(problem: str) -> str:
    where, colon, text = problem.partition(":")
    option = _OPTION_OF.get(where)
    return f"{where} ({option}){colon}{text}" if option else problem
