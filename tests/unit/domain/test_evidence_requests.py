"""Evidence in a request: every kind has fields of its own, and every problem is named at once."""

from typing import Any

import pytest

from domain.errors import InvalidRequest
from domain.requests import (
    ContactApproval,
    NamespaceProof,
    parse_evidence,
    parse_request,
    parse_yaml,
)
from domain.requests.evidence import PASTED_LIMIT
from tests.unit.domain.evidence_worlds import COPIED, GIVEN, OWN
from tests.unit.domain.worlds import REQUEST


def problems(data: object) -> list[str]:
    """What is wrong with evidence."""
    with pytest.raises(InvalidRequest) as caught:
        parse_evidence(data)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", GIVEN)
def test_every_kind_is_read_in_a_request_and_by_itself(name: str) -> None:
    given = parse_evidence(GIVEN[name])
    assert given.kind == GIVEN[name]["kind"]
    assert parse_evidence({"evidence": GIVEN[name]}) == given
    assert parse_request({**REQUEST, "evidence": GIVEN[name]}).evidence == given
    assert parse_evidence(given.model_dump(mode="json")) == given


def test_an_approval_may_be_on_a_ticket_of_its_own() -> None:
    given = parse_evidence({**GIVEN["sold-to approves"], "ticket": 900})
    assert isinstance(given, ContactApproval)
    assert given.ticket == "900"


def test_every_problem_is_named_at_once_without_its_value() -> None:
    found = problems(
        {
            "kind": "reseller-vouch",
            "subscription": "nobody@else.test",
            "reseller": {"email": "nobody@", "takes_part": "whispers", "coment": 4},
        }
    )
    assert found == [
        "evidence.subscription: must be the number of a subscription, such as A-S00000001",
        "evidence.reseller.email: is not an email address",
        "evidence.reseller.takes_part: must be 'own-ticket' or 'copied'",
        "evidence.reseller.comment: is missing",
        "evidence.reseller.coment: is not a field here; did you mean comment?",
    ]


@pytest.mark.rule("V6", "V3")
@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ({**COPIED, "authorised_in": None}, "a copied reseller needs `authorised_in`"),
        ({**COPIED, "ticket": "9"}, "`ticket` belongs to a reseller's own ticket"),
        ({**OWN, "authorised_in": "9"}, "`authorised_in` belongs to a reseller who is copied"),
    ],
)
def test_how_a_reseller_takes_part_is_told_in_one_way(part: Any, problem: str) -> None:
    [found] = problems({"kind": "reseller-vouch", "reseller": part})
    assert found.startswith(f"evidence.reseller: {problem}")


@pytest.mark.rule("V3")
@pytest.mark.parametrize("changed", [{"supplied_by": "reseller"}, {"reseller": OWN}])
def test_a_resellers_invoice_says_how_the_reseller_takes_part(changed: dict[str, Any]) -> None:
    [found] = problems({**GIVEN["invoice"], **changed})
    assert found.startswith("evidence: `supplied_by: reseller` and the group `reseller`")


@pytest.mark.rule("V4", "V5")
@pytest.mark.parametrize(("name", "field"), [("licence", "text"), ("namespace", "pasted")])
def test_pasted_text_has_a_limit(name: str, field: str) -> None:
    parse_evidence({**GIVEN[name], field: "x" * PASTED_LIMIT})
    [found] = problems({**GIVEN[name], field: "x" * (PASTED_LIMIT + 1)})
    assert found == f"evidence.{field}: is too long; {PASTED_LIMIT} characters at most"


@pytest.mark.rule("V5")
def test_json_may_be_pasted_into_yaml_as_it_is() -> None:
    text = 'kind: namespace\nnamespace: a/b\npasted: |\n  {"plan": {"code": "x"}}\n'
    quoted = parse_evidence(parse_yaml(text))
    unquoted = parse_evidence({**GIVEN["namespace"], "pasted": {"plan": {"code": "x"}}})
    assert isinstance(quoted, NamespaceProof)
    assert isinstance(unquoted, NamespaceProof)
    assert quoted.pasted == unquoted.pasted


@pytest.mark.rule("V5")
@pytest.mark.parametrize("path", ["a//b", "../users", "a/./b", "https://gitlab.com/a", "a b", "/a"])
def test_a_namespace_is_a_path_and_nothing_else(path: str) -> None:
    [found] = problems({**GIVEN["namespace"], "namespace": path})
    assert found.startswith("evidence.namespace: ")


@pytest.mark.rule("V4")
def test_there_is_no_field_for_an_activation_code() -> None:
    [found] = problems({"kind": "activation-code-email", "code": "ABCD"})
    assert found.startswith("evidence.code: is not a field here")
