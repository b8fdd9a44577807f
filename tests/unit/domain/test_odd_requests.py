"""Odd addresses and names in the requests of every workflow that names a contact."""

from typing import Any

import pytest

from domain.errors import InvalidRequest
from domain.requests import Request, UpdateSoldTo, parse_request, warnings_for

COMMON = {
    "ticket": "1",
    "account": "A00000001",
    "requester_email": "a@b.test",
    "evidence": {"kind": "contact-approval", "approver_email": "a@b.test", "comment": "1"},
}
BY_EMAIL = ("add-contact", "remove-contact", "confirm-login")


def asked(workflow: str, email: str) -> Request:
    """A request about this person."""
    fields: dict[str, Any] = {"contact_email": email}
    if workflow == "update-sold-to":
        fields = {"current_email": "olga@old.test", "contact": {"email": email}}
    return parse_request({**COMMON, "workflow": workflow, **fields})


def of_length(length: int) -> str:
    """An address of so many characters."""
    return "n" * 40 + "@" + "h" * (length - 46) + ".test"


every = pytest.mark.parametrize("workflow", [*BY_EMAIL, "update-sold-to"])


@every
@pytest.mark.parametrize(
    "email",
    ["nina+gitlab@new.test", "NINA@New.TEST", "nina@bücher.test", "nina@xn--bcher-kva.test"],
)
def test_an_odd_address_is_taken_as_it_is(workflow: str, email: str) -> None:
    assert asked(workflow, email).subject == email
    assert email in asked(workflow, email).people


@every
def test_74_characters_are_fine_80_are_warned_of_81_are_too_many(workflow: str) -> None:
    assert warnings_for(asked(workflow, of_length(74))) == []
    [warning] = warnings_for(asked(workflow, of_length(80)))
    assert "more than 74 characters" in warning
    with pytest.raises(InvalidRequest, match="has 81 characters; Zuora takes at most 80"):
        asked(workflow, of_length(81))


def test_the_warning_names_the_email_that_is_too_long() -> None:
    fields = {"current_email": of_length(80), "contact": {"first_name": "Nina"}}
    [warning] = warnings_for(parse_request({**COMMON, "workflow": "update-sold-to", **fields}))
    assert warning.startswith("current_email has more")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Nina 🦊", "emoji"),
        ("\U0001d4a9ina", "emoji or another character"),
        ("Nina\nNew", "line break"),
        ("\u202eaniN", "control character"),
        (" ", "empty"),
        ("N" * 101, "too long"),
    ],
)
def test_a_name_that_zuora_cannot_keep_is_refused(name: str, problem: str) -> None:
    with pytest.raises(InvalidRequest, match=problem) as caught:
        updating(first_name=name)
    assert name.strip() == "" or name not in str(caught.value)


@pytest.mark.parametrize("name", ["Ann, login_activated = false", "O'Neil", "李", "N" * 100])
def test_an_odd_name_is_a_name(name: str) -> None:
    assert updating(first_name=name).contact.fields() == {"first_name": name}


def test_a_mailbox_that_stays_is_one_person() -> None:
    asks = {"workflow": "update-sold-to", "current_email": "A@B.test"}
    request = parse_request({**COMMON, **asks, "contact": {"email": "a@b.test"}})
    assert request.people == ("a@b.test",)


def test_a_role_that_there_is_not_is_met_with_those_that_there_are() -> None:
    asks = {"workflow": "update-sold-to", "current_email": "a@b.test", "role": "boss"}
    with pytest.raises(InvalidRequest) as caught:
        parse_request({**COMMON, **asks, "contact": {"first_name": "Nina"}})
    assert caught.value.problems == ("role: must be 'sold-to' or 'bill-to'",)


def updating(**contact: str) -> UpdateSoldTo:
    """A request for these fields of the contact on record."""
    fields = {"workflow": "update-sold-to", "current_email": "olga@old.test", "contact": contact}
    parsed = parse_request({**COMMON, **fields})
    assert isinstance(parsed, UpdateSoldTo)
    return parsed
