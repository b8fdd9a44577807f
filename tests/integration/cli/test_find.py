"""`handover find`: from what a ticket names to the billing account."""

from pathlib import Path

import pytest

from tests.integration.cli.operators import Operator
from tests.integration.cli.shapes import golden, shape
from tests.parts.rehearsal import Rehearsal


@pytest.fixture
def saas(world: Rehearsal, tmp_path: Path) -> Operator:
    """An account with a namespace."""
    return Operator(world, tmp_path, namespace=True)


def _subscription(ops: Operator) -> str:
    truth = ops.world.truth(ops.account)
    return str(truth["zuora"]["subscriptions"][0]["number"])


def test_by_subscription(ops: Operator) -> None:
    called = ops("find", "--subscription", _subscription(ops), "--json")
    assert called.code == 0, called
    assert [one["account"] for one in called.json["accounts"]] == [ops.number]
    assert shape(called.json) == golden("handover.found-1")


def test_by_namespace(saas: Operator) -> None:
    called = saas("find", "--namespace", f"{saas.number.lower()}-group", "--json")
    assert [one["account"] for one in called.json["accounts"]] == [saas.number], called


def test_by_email_of_a_contact_and_of_a_member(ops: Operator) -> None:
    called = ops("find", "--email", ops.account["sold_to"]["email"], "--json")
    assert called.code == 0, called
    assert [one["account"] for one in called.json["accounts"]] == [ops.number]


def test_several_are_a_question(ops: Operator) -> None:
    """Every account of this world has a name with the same beginning."""
    other = ops.world.account()
    name = ops.world.truth(other)["zuora"]["account"]["name"]
    called = ops("find", "--company", name[:4])
    assert called.code == 7, called
    assert {ops.number, other["account_number"]} <= {w.split()[0] for w in called.out.splitlines()}
    assert "ask the requester" in called.err


def test_nothing_is_found(ops: Operator) -> None:
    called = ops("find", "--subscription", "A-S99999999")
    assert (called.code, called.out.strip()) == (3, "")
    assert "Check the spelling" in called.err


@pytest.mark.parametrize(
    "words",
    [[], ["--company", "ab"], ["--company", ""], ["--company", "abc", "--email", "a@b.test"]],
)
def test_bad_words_are_usage(ops: Operator, words: list[str]) -> None:
    assert ops("find", *words).code == 64
