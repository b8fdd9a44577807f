"""CustomersDot's rows as records, and what is no row of one."""

from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_sign_in import NoSignIn
from clients.shared_secret import MemoryKeeper
from domain.errors import Defect
from tests.unit.clients.scripted_server import ScriptedServer, json_reply, reply

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture
def admin(server: ScriptedServer) -> RailsAdmin:
    """Somebody is signed in already."""
    return RailsAdmin(f"{server.url}/c", NoSignIn("nobody"), keeper=MemoryKeeper("[]"))


CUSTOMER: dict[str, Any] = {
    "id": 7,
    "first_name": "A",
    "last_name": None,
    "email": "Ada@x.example",
    "unconfirmed_email": None,
    "uid": None,
    "login_activated": None,
}


@pytest.fixture
def dot(admin: RailsAdmin) -> CustomersDot:
    return CustomersDot(admin)


def test_null_columns(dot: CustomersDot, server: ScriptedServer) -> None:
    """Null is empty text, and a login that is null is off."""
    server.plays(json_reply([CUSTOMER]))
    found = dot.customer("7")
    assert found is not None
    assert (found.last_name, found.uid, found.login_activated) == ("", "", False)


@pytest.mark.parametrize("column", [name for name in CUSTOMER if name != "id"])
def test_a_column_that_is_missing(dot: CustomersDot, server: ScriptedServer, column: str) -> None:
    """A column that the server leaves out is never taken for an empty one."""
    row = {name: value for name, value in CUSTOMER.items() if name != column}
    server.plays(json_reply([row]))
    with pytest.raises(Defect, match=f"no column {column}"):
        dot.customer("7")


def test_two_customers_with_one_email(dot: CustomersDot, server: ScriptedServer) -> None:
    """Nobody is picked at random."""
    server.plays(json_reply([CUSTOMER, {**CUSTOMER, "id": 8, "email": "ada@X.example"}]))
    with pytest.raises(Defect) as caught:
        dot.customer_by_email("ADA@x.example")
    assert caught.value.code == "several-matches"
    assert "ada" not in str(caught.value).casefold()


def test_two_records_of_one_account(dot: CustomersDot, server: ScriptedServer) -> None:
    """One Zuora account has one billing account."""
    row = {"zuora_account_id": "8a", "zuora_account_name": "x", "zuora_account_number": "A1"}
    server.plays(json_reply([{"id": 1, **row}, {"id": 2, **row}]))
    with pytest.raises(Defect) as caught:
        dot.billing_account_by_zuora_id("8a")
    assert caught.value.code == "several-matches"


def test_a_membership_needs_both_ends(dot: CustomersDot, server: ScriptedServer) -> None:
    """A membership without its billing account is no membership."""
    server.plays(json_reply([{"id": 1, "customer_id": 7, "billing_account_id": None}]))
    with pytest.raises(Defect):
        dot.membership("1")


def test_roles_are_words(dot: CustomersDot, server: ScriptedServer) -> None:
    """A banner that has the letters of a role inside other words names no role.

    The page is read once more at first, to see whether it may be read at all.
    """
    path = "/c/admin/billing_account_contact/3/edit"
    for text in ("unsold tokens", "unsold tokens", "Sold To and Bill To"):
        banner = f"<div class='alert alert-warning'>{text}</div>"
        form = (
            f"<form action='{path}' method='post'><input name='_method' value='put'>"
            f"<input name='authenticity_token' value='t'>{banner}</form>"
        )
        server.plays(reply(200, form))
    assert dot.contact_roles("3") == frozenset()
    assert dot.contact_roles("3") == {"sold to", "bill to"}


@pytest.mark.parametrize("blank", ["", "  "])
def test_nothing_is_looked_up_by_nothing(
    dot: CustomersDot, server: ScriptedServer, blank: str
) -> None:
    """A blank email or account id would be everybody's."""
    for ask in (
        dot.customer_by_email,
        dot.contacts_by_email,
        dot.contacts_of_account,
        dot.billing_account_by_zuora_id,
        dot.memberships_of_customer,
        dot.memberships_of_billing_account,
    ):
        with pytest.raises(Defect):
            ask(blank)
    assert server.seen == []


def test_a_namespace_whose_id_is_a_number(dot: CustomersDot, server: ScriptedServer) -> None:
    """Of the column's kind nothing is known: `default` is understood for text and for numbers."""
    order = {
        "id": 3,
        "subscription_name": "A-S1",
        "gitlab_namespace_id": 42,
        "gitlab_namespace_name": None,
        "customer_id": None,
    }
    other = order | {"id": 2, "gitlab_namespace_id": 420}
    server.plays(json_reply([]), json_reply([order, other]))
    (found,) = dot.orders_of_namespace("42")
    assert (found.id, found.namespace_id, found.customer_id) == ("3", "42", "")
    assert ("f[gitlab_namespace_id][1][o]", "default") in server.seen[1].params
