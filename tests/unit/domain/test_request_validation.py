"""A request is checked as a whole: every problem is named at once, and no value is repeated."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidRequest
from domain.requests import InvoiceProof, check_words, parse_request
from tests.unit.domain.worlds import REQUEST, as_change


def problems(**changed: Any) -> list[str]:
    """What is wrong with a request that differs from a valid one."""
    with pytest.raises(InvalidRequest) as caught:
        parse_request({**deepcopy(REQUEST), **changed})
    return list(caught.value.problems)


def test_a_valid_request_is_taken_as_it_is() -> None:
    parsed = parse_request(REQUEST)
    assert parsed.model_dump(mode="json", exclude_defaults=True) == REQUEST


@pytest.mark.rule("C1")
def test_every_problem_is_named_at_once() -> None:
    found = problems(
        ticket="12a",
        account="A 1",
        new_contact={"first_name": "", "email": "nobody"},
        requester_email="nobody",
        self_service_ruled_out="no",
        evidence={"kind": "contact-approval"},
    )
    assert sorted(found) == sorted(
        [
            "ticket: must be the number of the Zendesk ticket, digits only",
            "account: must be the Zuora account number (such as A00000001) or its id",
            "new_contact.first_name: is empty or too short; at least 1 character(s)",
            "new_contact.last_name: is missing",
            "new_contact.email: is not an email address",
            "requester_email: is not an email address",
            "self_service_ruled_out: is empty or too short; at least 10 character(s)",
            "evidence.approver_email: is missing",
            "evidence.comment: is missing",
        ]
    )


@pytest.mark.parametrize(
    ("field", "suggestion"),
    [("acount", "account"), ("tickets", "ticket"), ("request_email", "requester_email")],
)
def test_a_mistyped_field_is_met_with_a_suggestion(field: str, suggestion: str) -> None:
    assert problems(**{field: "x"}) == [f"{field}: is not a field here; did you mean {suggestion}?"]


def test_a_mistyped_field_of_a_group_is_met_with_a_suggestion() -> None:
    contact = {**REQUEST["new_contact"], "fist_name": "Nina"}
    expected = "new_contact.fist_name: is not a field here; did you mean first_name?"
    assert problems(new_contact=contact) == [expected]


@pytest.mark.parametrize("field", ["contact-approval", "invoice", "evidence-kind", "x"])
def test_an_unknown_field_is_named_even_if_it_is_called_like_a_kind_of_evidence(field: str) -> None:
    [problem] = problems(**{field: "x"})
    assert problem.startswith(f"{field}: is not a field here")


def test_a_mistyped_workflow_is_met_with_a_suggestion() -> None:
    expected = ["workflow: is not known; did you mean change-contact?"]
    assert problems(workflow="chang-contact") == expected


def test_a_missing_workflow_is_met_with_the_known_ones() -> None:
    [problem] = problems(workflow="")
    assert problem.startswith("workflow: is missing; known are change-contact, ")


@pytest.mark.parametrize("name", ["", "nonsense"])
def test_where_no_workflow_is_named_only_what_all_need_is_missing(name: str) -> None:
    """Nobody is asked for a new contact's name who may have meant to fix a typo."""
    with pytest.raises(InvalidRequest) as caught:
        parse_request({"workflow": name, "subscription": "A-S1"})
    _, *found = caught.value.problems
    assert found == [f"{one}: is missing" for one in ("ticket", "account", "requester_email")]


def test_a_field_of_another_workflow_is_told_whose_it_is() -> None:
    assert problems(access="x", mail_log="x") == [
        "access: is not a field here; self-service has it",
        "mail_log: is not a field here; fix-typo has it",
    ]
    [problem] = problems(contact_email="x")
    assert problem.endswith("; add-contact, remove-contact, confirm-login have it")


def test_what_two_fields_say_together_is_named_at_once_with_the_rest() -> None:
    """And by the field, so that nobody has to guess what is meant."""
    base = {"account": "A1", "requester_email": "a@b.test"}
    with pytest.raises(InvalidRequest) as caught:
        parse_request({**base, "workflow": "remove-contact"})
    assert caught.value.problems == (
        "ticket: is missing",
        "reason_without_evidence: needs either `evidence` or a `reason_without_evidence`, not both",
        "contact_email: is missing",
    )
    assert problems(another_link=True) == [
        "another_link: is for a renamed Customer: add `rename_customer`"
    ]
    with pytest.raises(InvalidRequest) as caught:
        parse_request(
            {**base, "workflow": "fix-typo", "mistyped_email": "A@b.test", "confirmed_in": "1"}
            | {"corrected_email": "a@B.test", "subscription": "A-S1"}
        )
    assert caught.value.problems == (
        "ticket: is missing",
        "corrected_email: is the same mailbox as `mistyped_email`",
    )


@pytest.mark.parametrize("data", [None, "text", 5, ["a"]])
def test_what_is_no_group_of_fields_is_no_request(data: object) -> None:
    with pytest.raises(InvalidRequest, match="must be a group"):
        parse_request(data)


@pytest.mark.parametrize("evidence", ["text", 5, None, ["a"]])
def test_evidence_must_be_a_group_of_fields(evidence: object) -> None:
    assert problems(evidence=evidence) == ["evidence: must be a group of fields"]


def test_evidence_needs_a_known_kind() -> None:
    [problem] = problems(evidence={})
    assert problem.startswith("evidence: needs a `kind`: one of contact-approval, contract, ")
    [problem] = problems(evidence={"kind": "rumour"})
    assert problem.startswith("evidence: has an unknown `kind`; known are contact-approval, ")
    expected = ["evidence: has an unknown `kind`; did you mean reseller-vouch?"]
    assert problems(evidence={"kind": "reseler-vouch"}) == expected


def test_a_problem_with_an_invoice_names_the_field_and_not_its_kind() -> None:
    assert problems(evidence={"kind": "invoice", "invoice": "#1"}) == [
        "evidence.invoice: must be an invoice number such as INV00000001",
        "evidence.document: is missing",
    ]


@pytest.mark.parametrize("field", ["comment", "seen_by"])
def test_what_is_shown_holds_no_email(field: str) -> None:
    evidence = {**REQUEST["evidence"], field: "kim@gitlab.test"}
    [problem] = problems(evidence=evidence)
    assert problem.startswith(f"evidence.{field}: ")
    assert "kim" not in problem


def test_handles_and_reasons_hold_no_email() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_words(handle="kim@gitlab.test", reason="asked ada@example.test")
    assert [p.split(":")[0] for p in caught.value.problems] == ["handle", "reason"]
    check_words(handle="kim", reason="saw the comment")


def test_numbers_may_stand_unquoted() -> None:
    evidence = {"kind": "invoice", "invoice": 77, "document": 12}
    parsed = parse_request({**REQUEST, "ticket": 4711, "account": 123, "evidence": evidence})
    assert isinstance(parsed.evidence, InvoiceProof)
    assert (parsed.ticket, parsed.account) == ("4711", "123")
    assert (parsed.evidence.invoice, parsed.evidence.document) == ("77", "12")


@pytest.mark.parametrize("value", [True, None, 1.5, ["4711"], {"a": 1}])
def test_other_things_are_no_ticket_number(value: object) -> None:
    [problem] = problems(ticket=value)
    assert problem.startswith("ticket: must be")


def test_whitespace_around_a_value_does_not_count() -> None:
    parsed = parse_request({**REQUEST, "ticket": " 4711\n"})
    assert parsed.ticket == "4711"


@pytest.mark.parametrize(
    "name", ["A\nB", "A\tB", "A\x1b[2JB", "A\x7fB", "A\x85B", "A\u2028B", "A\u202eB", "A\x00B"]
)
def test_control_characters_are_refused(name: str) -> None:
    contact = {**REQUEST["new_contact"], "last_name": name}
    expected = ["new_contact.last_name: contains a line break or another control character"]
    assert problems(new_contact=contact) == expected


@pytest.mark.parametrize("name", ["Nina 🦊", "𠮷田"])
def test_what_zuora_cannot_store_is_refused(name: str) -> None:
    contact = {**REQUEST["new_contact"], "first_name": name}
    [problem] = problems(new_contact=contact)
    assert problem.startswith("new_contact.first_name: contains an emoji")


@pytest.mark.parametrize("name", ["Zoë", "Ægir", "山田", "O'Neil", "de la Cruz-López", "عمر"])
def test_names_of_the_world_are_taken(name: str) -> None:
    contact = {**REQUEST["new_contact"], "first_name": name}
    parsed = as_change(parse_request({**REQUEST, "new_contact": contact}))
    assert parsed.new_contact.first_name == name


CANARY = "kanari.zzyzx@quux.test"


@given(
    st.sampled_from(sorted(REQUEST)),
    st.sampled_from(
        [
            CANARY,
            [CANARY],
            {CANARY: 1},
            {"kind": CANARY},
            {"x": CANARY},
            f"<{CANARY}>",
            "zzyzx quux",
        ]
    ),
)
def test_no_message_repeats_a_value(field: str, value: object) -> None:
    said, hidden = message_for({**REQUEST, field: value})
    assert "zzyzx" not in said
    assert "quux" not in said
    assert hidden


def message_for(data: dict[str, Any]) -> tuple[str, bool]:
    """What a request is refused with, and whether no traceback would show more than that."""
    try:
        parse_request(data)
    except InvalidRequest as error:
        return str(error), error.__suppress_context__ or error.__context__ is None
    return "", True


def test_a_value_in_the_place_of_a_name_is_not_repeated_either() -> None:
    [problem] = problems(**{CANARY: None})
    assert problem == "(an unreadable name): is not a field here"
