"""Requests: what a person asks for, validated so that every problem is named at once."""

import re
import unicodedata
from difflib import get_close_matches
from typing import Annotated, Any, Literal

import yaml
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
Email = Annotated[Text, AfterValidator(_plain_text), AfterValidator(_email)]
Handle = Annotated[Text, Field(max_length=64), AfterValidator(_plain_text), AfterValidator(_handle)]
AccountKey = Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Ticket = Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class NewContact(_Part):
    """Who shall manage the billing account, as the Sold To shall name them."""

    first_name: Name
    last_name: Name
    email: Email


class ContactApproval(_Part):
    """V1: a contact on record approved the change in a comment on a ticket.

    `comment` is that comment's id; `seen_by` the handle of who looked at its verified author.
    """

    kind: Literal["contact-approval"]
    approver_email: Email
    comment: Annotated[Text, Field(max_length=20, pattern=r"^[0-9]+$")]
    seen_by: Handle | None = None


class InvoiceProof(_Part):
    """V3: a GitLab invoice of the last 12 months, shown as a document.

    `document` says where the document is; `seen_by` is the handle of who looked at it.
    """

    kind: Literal["invoice"]
    invoice: Annotated[Text, Field(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    document: Annotated[Text, Field(max_length=500)]
    seen_by: Handle | None = None


Evidence = Annotated[ContactApproval | InvoiceProof, Field(discriminator="kind")]


class ChangeContact(_Part):
    """A support-assisted change of the subscription management contact (C)."""

    workflow: Literal["change-contact"]
    ticket: Ticket
    account: AccountKey
    new_contact: NewContact
    requester_email: Email
    self_service_ruled_out: Annotated[Text, Field(min_length=10, max_length=500)]
    evidence: Evidence


WORKFLOWS: dict[str, type[ChangeContact]] = {"change-contact": ChangeContact}
"""The workflows that this version can start, with the shape of their requests."""

_MESSAGES = {
    "missing": "is missing",
    "string_too_short": "is empty or too short; at least {min_length} character(s)",
    "string_too_long": "is too long; {max_length} characters at most",
    "union_tag_not_found": "needs a `kind`: contact-approval or invoice",
    "union_tag_invalid": "has an unknown `kind`; known are {expected_tags}",
    "string_type": "must be text",
    "model_attributes_type": "must be a group of fields",
    "model_type": "must be a group of fields",
}
_PATTERNS = {
    "account": "must be the Zuora account number (such as A00000001) or its id",
    "ticket": "must be the number of the Zendesk ticket, digits only",
    "invoice": "must be an invoice number such as INV00000001",
    "comment": "must be the id of the comment on the ticket, digits only",
}


_FIELD_NAME = re.compile(r"^[\w-]{1,40}$")
"""A value that slipped into the place of a name, such as an email, is not repeated."""


def parse_request(data: object) -> ChangeContact:
    """The typed request. Raises InvalidRequest naming every problem; no message quotes a value."""
    if not isinstance(data, dict):
        raise InvalidRequest(["the request must be a group of `field: value` lines"])
    name = str(data.get("workflow", ""))
    model = WORKFLOWS.get(name)
    if model is None:
        problems = [_unknown_workflow(data.get("workflow")), *_other_problems(data, name)]
        raise InvalidRequest(problems)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InvalidRequest([_describe(dict(e), model) for e in error.errors()]) from None


def _other_problems(data: dict[str, Any], name: str) -> list[str]:
    """What else is wrong, read as the workflow that was most likely meant."""
    close = get_close_matches(name, WORKFLOWS, n=1)
    meant = close[0] if close else next(iter(WORKFLOWS))
    try:
        parse_request({**data, "workflow": meant})
    except InvalidRequest as error:
        return list(error.problems)
    return []


class _AsTyped(yaml.SafeLoader):
    """Leaves scalars as they were typed, and takes no key twice.

    YAML itself reads the ticket 0012345 as 5349 and the surname No as false, and of two lines with
    the same key it silently takes the last.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, each of whose keys stands in it once."""
        seen = set()
        for key_node, _ in node.value:
            if str(key_node.value) in seen:
                raise yaml.constructor.ConstructorError(
                    problem="a key stands here twice", problem_mark=key_node.start_mark
                )
            seen.add(str(key_node.value))
        return super().construct_mapping(node, deep)


_AsTyped.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag.endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parse_yaml(text: str) -> dict[str, Any]:
    """The mapping in a YAML request file. Raises InvalidRequest with the line of a syntax error."""
    try:
        data = yaml.load(text, Loader=_AsTyped)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        twice = ": a key stands there twice" if "twice" in str(error) else ""
        raise InvalidRequest([f"the file is not valid YAML{where}{twice}"]) from None
    if not isinstance(data, dict):
        raise InvalidRequest(["the file must hold a group of `field: value` lines"])
    return data


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


def warnings_for(request: ChangeContact) -> list[str]:
    """What is allowed but may surprise; shown with the plan, without personal data."""
    if len(request.new_contact.email) > EMAIL_SAFE_LENGTH:
        return [
            f"new_contact.email has more than {EMAIL_SAFE_LENGTH} characters;"
            " parts of Zuora accept no more than that"
        ]
    return []


def _unknown_workflow(name: object) -> str:
    known = ", ".join(WORKFLOWS)
    if not name:
        return f"workflow: is missing; known are {known}"
    close = get_close_matches(str(name), WORKFLOWS, n=1)
    hint = f"; did you mean {close[0]}?" if close else f"; known are {known}"
    return f"workflow: is not known{hint}"


def _describe(error: dict[str, Any], model: type[BaseModel]) -> str:
    path = [str(part) for part in error["loc"]]
    if path[:1] == ["evidence"] and len(path) > 2:
        del path[1]  # the kind of evidence, which pydantic names as if it were a field
    where = ".".join(part if _FIELD_NAME.match(part) else "(an unreadable name)" for part in path)
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"{where}: is not a field here{_did_you_mean(path, model)}"
    if kind == "string_pattern_mismatch":
        return f"{where}: {_PATTERNS.get(path[-1], 'is not well formed')}"
    if kind == "value_error":
        return f"{where}: {context['error']}"
    return f"{where}: {_MESSAGES.get(kind, 'is not well formed').format(**context)}"


def _did_you_mean(path: list[str], model: type[BaseModel]) -> str:
    names = set(model.model_fields)
    for part in (NewContact, ContactApproval, InvoiceProof):
        if len(path) > 1:
            names = names - set(model.model_fields) | set(part.model_fields)
    close = get_close_matches(path[-1], names, n=1)
    return f"; did you mean {close[0]}?" if close else ""
