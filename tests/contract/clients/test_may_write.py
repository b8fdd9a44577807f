"""An account that may not write is found out by reading, before anything is written."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.http import CallMade
from clients.rails_admin import RailsAdmin
from clients.rails_rights import MayNotWrite
from clients.shared_secret import MemoryKeeper
from domain.errors import Stale
from domain.sign_ins import Secret
from tests.contract.clients.conftest import READ_ONLY
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

ORLA = "orla.finchley@brightwater.example"
MEMBERSHIP = "billing_account_membership"


@pytest.fixture
def changes(dot: CustomersDot) -> list[tuple[str, str, str]]:
    """What a whole change of a contact writes."""
    orla = known(dot.customer_by_email(ORLA))
    (membership,) = dot.memberships_of_customer(orla.id)
    (copy,) = dot.contacts_by_email(ORLA)
    return [
        (MEMBERSHIP, "new", ""),
        ("customer", "edit", orla.id),
        (MEMBERSHIP, "delete", membership.id),
        ("billing_account_contact", "edit", copy.id),
    ]


def test_who_may(dot: CustomersDot, changes: Any, sandbox: Sandbox) -> None:
    """Nothing is said, and nothing is written."""
    dot.check_may_write(changes)
    assert sandbox.writes() == []


def test_who_may_not(make_admin: Callable[..., RailsAdmin], changes: Any, sandbox: Sandbox) -> None:
    """Everything that is lacking is named at once, with what to do."""
    reader = CustomersDot(make_admin(READ_ONLY))
    reader.check_sign_in()
    with pytest.raises(MayNotWrite, match="handover signin") as caught:
        reader.check_may_write(changes)
    assert caught.value.code == "may-not-write"
    for model, action, _ in changes:
        assert f"{action} {model}" in str(caught.value)
    assert sandbox.writes() == []


def test_whose_roles_a_reader_may_not_see(make_admin: Callable[..., RailsAdmin]) -> None:
    """They stand on the edit page: who may not open it is told to sign in as somebody who may."""
    reader = CustomersDot(make_admin(READ_ONLY))
    (copy,) = reader.contacts_by_email(ORLA)
    with pytest.raises(MayNotWrite, match="edit billing_account_contact"):
        reader.contact_roles(copy.id)


def test_a_yes_is_asked_for_once_in_a_session(
    make_admin: Callable[..., RailsAdmin], changes: Any
) -> None:
    """Another record of the same model is no new question."""
    calls: list[CallMade] = []
    dot = CustomersDot(make_admin(on_call=calls.append))
    dot.check_sign_in()
    before = len(calls)
    for _ in range(3):
        dot.check_may_write(changes)
    assert len(calls) - before == len(changes)


def test_a_no_is_looked_at_again(sandbox: Sandbox, dot: CustomersDot, changes: Any) -> None:
    """The right may have been given since, and one odd page proves nothing."""
    path = f"/admin/{MEMBERSHIP}/new"
    sandbox.fault("status", system="customersdot", method="GET", path=path, code=403)
    with pytest.raises(MayNotWrite):
        dot.check_may_write(changes)
    dot.check_may_write(changes)


def test_somebody_else_signs_in(make_admin: Callable[..., RailsAdmin], changes: Any) -> None:
    """Their session is used without a call that fails first."""
    keeper = MemoryKeeper()
    dot = CustomersDot(make_admin(READ_ONLY, keeper=keeper))
    with pytest.raises(MayNotWrite):
        dot.check_may_write(changes)
    better = MemoryKeeper()
    CustomersDot(make_admin(keeper=better)).check_sign_in()
    session = known(better.read())
    assert known(keeper.read()).generation == 1
    keeper._secret = Secret(session.value, 2)
    dot.check_may_write(changes)


@pytest.mark.parametrize(
    "answer",
    [
        {"code": 403},
        {"code": 404, "body": "<p>Dashboard</p>"},
        {"code": 302, "headers": {"Location": "/customersdot/admin/"}},
        {"code": 200, "body": "<p>You may look at this.</p>"},
    ],
    ids=["403", "404", "302", "no-form"],
)
def test_each_way_to_say_no(
    sandbox: Sandbox, dot: CustomersDot, changes: Any, answer: dict[str, Any]
) -> None:
    """Nobody knows how a denied write looks: all of these count."""
    sandbox.fault("status", path="/edit$", times=None, **answer)
    with pytest.raises(MayNotWrite) as caught:
        dot.check_may_write(changes)
    assert "edit customer" in str(caught.value)
    assert f"new {MEMBERSHIP}" not in str(caught.value)


def test_a_record_that_is_gone_is_no_lack_of_rights(dot: CustomersDot) -> None:
    with pytest.raises(Stale):
        dot.check_may_write([("customer", "edit", "999999")])


def test_a_session_that_ended_is_renewed_first(
    sandbox: Sandbox, dot: CustomersDot, changes: Any
) -> None:
    """Being signed out is not the same as not being allowed to."""
    sandbox.fault("expired_session", path="/edit$")
    dot.check_may_write(changes)
    assert sandbox.hits() == 1
