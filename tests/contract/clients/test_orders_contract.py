"""Finding an account by its subscription, its namespace or its company's name."""

from typing import Any

import pytest

from clients.customersdot import CustomersDot
from domain.errors import Defect
from tests.contract.clients.sandbox_control import Sandbox, known


@pytest.fixture
def order(sandbox: Sandbox) -> dict[str, Any]:
    """The order of the demo world's SaaS account."""
    (found,) = sandbox.truth("A00000012")["customersdot"]["orders"]
    return dict(found)


def test_an_order_by_its_subscription(
    dot: CustomersDot, sandbox: Sandbox, order: dict[str, Any]
) -> None:
    """Spaces around a pasted name don't count; a part of a name finds nothing."""
    name = order["subscription_name"]
    (found,) = dot.orders_of_subscription(f" {name}\n")
    assert (found.id, found.subscription_name) == (str(order["id"]), name)
    assert (found.namespace_name, found.namespace_id) == (
        "juniper-group",
        order["gitlab_namespace_id"],
    )
    assert found.customer_id == known(dot.customer_by_email("jonna.alt@juniper.example")).id
    assert dot.orders_of_subscription(name[:-1]) == []
    assert dot.orders_of_subscription(name.replace("-", "_")) == []


def test_an_order_by_its_namespace(dot: CustomersDot, order: dict[str, Any]) -> None:
    """By number and by path, in any letter case; each order once."""
    (found,) = dot.orders_of_namespace("Juniper-Group")
    assert dot.orders_of_namespace(order["gitlab_namespace_id"]) == [found]
    assert dot.orders_of_namespace("juniper") == []
    assert dot.orders_of_namespace("juniper_group") == []
    assert dot.orders_of_namespace(order["gitlab_namespace_id"][:-1]) == []


def test_a_self_managed_order_has_no_namespace(dot: CustomersDot, sandbox: Sandbox) -> None:
    (truth,) = sandbox.truth("A00000002")["customersdot"]["orders"]
    (found,) = dot.orders_of_subscription(truth["subscription_name"])
    assert (found.namespace_id, found.namespace_name) == ("", "")


def test_accounts_by_a_companys_name(dot: CustomersDot) -> None:
    """All that hold the words; `%` and `_` are letters like others."""
    found = dot.billing_accounts_named("doubledeal")
    assert [one.zuora_account_name for one in found] == ["Doubledeal North", "Doubledeal South"]
    assert dot.billing_accounts_named("double_eal") == []
    assert dot.billing_accounts_named("Nobody & Sons") == []


@pytest.mark.parametrize("blank", ["", "  "])
def test_nothing_finds_nothing(dot: CustomersDot, blank: str) -> None:
    """A blank filter would be the whole list."""
    for find in (
        dot.orders_of_subscription,
        dot.orders_of_namespace,
        dot.billing_accounts_named,
    ):
        with pytest.raises(Defect):
            find(blank)
