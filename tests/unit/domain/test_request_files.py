"""Request files in YAML: read as typed, and refused with the place of what is wrong."""

import pytest

from domain.errors import InvalidRequest
from domain.requests import parse_request, parse_yaml
from tests.unit.domain.worlds import as_change

FILE = """\
workflow: change-contact
ticket: 4711
account: A00000001
new_contact:
  first_name: Nina
  last_name: New
  email: nina@new.test
requester_email: nina@new.test
self_service_ruled_out: The mailbox of the previous owner is closed.
evidence:
  kind: invoice
  invoice: 0012345
  document: 2026-01-31
  seen_by: null
"""


def test_a_file_becomes_a_request() -> None:
    parsed = parse_request(parse_yaml(FILE))
    assert parsed.ticket == "4711"
    assert parsed.evidence is not None
    assert parsed.evidence.seen_by is None


@pytest.mark.parametrize("typed", ["0012345", "12_345", "190:20:30", "0x1F", "1e5", "4711"])
def test_a_number_is_read_as_it_was_typed(typed: str) -> None:
    assert parse_yaml(f"ticket: {typed}") == {"ticket": typed}


@pytest.mark.parametrize("typed", ["2026-01-31", "2026-99-99"])
def test_a_date_is_read_as_it_was_typed(typed: str) -> None:
    assert parse_yaml(f"document: {typed}") == {"document": typed}


def test_a_name_that_yaml_takes_for_a_truth_value_is_a_name() -> None:
    parsed = as_change(parse_request(parse_yaml(FILE.replace("New\n", "No\n"))))
    assert parsed.new_contact.last_name == "No"


def test_a_key_that_stands_twice_is_a_problem_and_not_the_last_one() -> None:
    with pytest.raises(InvalidRequest, match="line 2, column 1: a key stands there twice"):
        parse_yaml("account: A00000001\naccount: A00000002\n")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("ticket: 1\nnew_contact: {email: nina@new.test\n", 3, 1),
        ("ticket: '4711\naccount: nina@new.test\n", 3, 1),
        ("\tticket: 1\n", 1, 1),
    ],
)
def test_a_syntax_error_is_told_with_its_place_only(text: str, line: int, column: int) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_yaml(text)
    assert caught.value.problems == (f"the file is not valid YAML at line {line}, column {column}",)


def test_a_sentence_with_a_colon_is_told_to_be_quoted() -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_yaml("self_service_ruled_out: They left: nobody reads their mailbox\n")
    place = "the file is not valid YAML at line 1, column 34"
    assert caught.value.problems == (f"{place}; a value with `: ` in it has to stand in quotes",)


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b\n", "4711"])
def test_a_file_without_fields_is_told_as_such(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_yaml(text)
    assert caught.value.problems == ("the file must hold a group of `field: value` lines",)


@pytest.mark.parametrize(
    "text",
    [
        "a: \x00",
        "[" * 3000,
        "a: !!python/object/apply:os.system [true]",
        "a: !!int nina@new.test",
        "? [a]\n: b",
    ],
)
def test_nothing_in_a_file_makes_more_than_a_problem_of_it(text: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_yaml(text)
    [problem] = caught.value.problems
    assert problem.startswith("the file is not valid YAML")
    assert "nina" not in str(caught.value)
