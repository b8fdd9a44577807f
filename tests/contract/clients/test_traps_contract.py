"""Traps of rails_admin and rows of Zuora's tables that need a sandbox, one by one."""

import json
from typing import Any

import pytest

from clients.customersdot import CustomersDot
from clients.rails_admin import RailsAdmin
from clients.rails_filters import LinkedTo
from clients.zuora import Zuora
from domain.errors import Defect, HandoverError, Refused, Stale, Transient
from domain.windows import WriteWindow
from tests.contract.clients.conftest import NILS
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

ON_ZUORA = {"system": "zuora", "path": "/v1/"}


# rails_admin


@pytest.mark.parametrize("model", ["customers", "Customer", "no_such_model"])
def test_a_model_that_is_none(admin: RailsAdmin, model: str) -> None:
    """A plural is another model: JSON is a 500, and never an empty answer."""
    with pytest.raises((Transient, Defect)):
        admin.find(model, "1")


@pytest.mark.parametrize(
    "name", ["O'Brien & <b>Söhne</b>", "Łukasz Żółć", "山田 太郎", "אבי", 'a"b\\c%_', "x, y = z"]
)
def test_text_comes_back_intact(
    dot: CustomersDot, admin: RailsAdmin, window: WriteWindow, name: str
) -> None:
    """Through a form, and read back as JSON; the form has it right for the next save, too."""
    nils = known(dot.customer_by_email(NILS))
    admin.update("customer", nils.id, {"last_name": name}, window)
    assert known(dot.customer(nils.id)).last_name == name
    dot.save_customer_unchanged(nils.id, window)
    assert known(dot.customer(nils.id)).last_name == name


def test_a_flash_of_another_request(
    dot: CustomersDot, admin: RailsAdmin, sandbox: Sandbox, window: WriteWindow
) -> None:
    """A failure's alert shows on the next page, whatever that is about: it is no verdict."""
    nils = known(dot.customer_by_email(NILS))
    with pytest.raises(Refused):
        admin.update("customer", nils.id, {"last_name": ""}, window)
    with pytest.raises(Stale):
        admin.delete("customer", "999999", window)
    admin.update("customer", nils.id, {"last_name": "Renamed"}, window)
    assert len(sandbox.writes()) == 1


def test_one_membership_is_deleted_and_no_other(
    dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """By its own page, whose answer tells; bulk deletion is a 302 even when nothing was there."""
    (account,) = sandbox.ask("POST", "/accounts", json={"extra_members": 2})
    before = dot.memberships_of_billing_account(str(account["billing_account_id"]))
    dot.delete_membership(before[0].id, window)
    assert dot.memberships_of_billing_account(str(account["billing_account_id"])) == before[1:]
    with pytest.raises(Stale):
        dot.delete_membership(before[0].id, window)


def test_accepted_is_not_done(dot: CustomersDot, sandbox: Sandbox, window: WriteWindow) -> None:
    """An old version answers a failed delete like a good one: only the read-back tells."""
    orla = known(dot.customer_by_email("orla.finchley@brightwater.example"))
    (held,) = dot.memberships_of_customer(orla.id)
    to = {"Location": "/customersdot/admin/billing_account_membership"}
    sandbox.fault("status", method="POST", path="/delete$", code=302, headers=to)
    dot.delete_membership(held.id, window)
    assert dot.membership(held.id) == held


def test_a_link_is_looked_up_by_id(admin: RailsAdmin, dot: CustomersDot) -> None:
    """By an email it would depend on how the other model is labelled."""
    with pytest.raises(Defect):
        LinkedTo("customer", "customer_id", NILS)
    orla = known(dot.customer_by_email("orla.finchley@brightwater.example"))
    link = LinkedTo("customer", "customer_id", orla.id)
    assert len(admin.rows("billing_account_membership", [link])) == 1


def test_the_history_of_what_is_gone(
    dot: CustomersDot, admin: RailsAdmin, window: WriteWindow
) -> None:
    """It is a 404, and never an empty history."""
    nils = known(dot.customer_by_email(NILS))
    admin.delete("customer", nils.id, window)
    with pytest.raises(Stale):
        dot.customer_history(nils.id)


def test_the_history_names_who(dot: CustomersDot, admin: RailsAdmin, window: WriteWindow) -> None:
    """The account that is signed in stands beside what we saved."""
    nils = known(dot.customer_by_email(NILS))
    admin.update("customer", nils.id, {"last_name": "Renamed"}, window)
    assert dot.customer_history(nils.id)[-1].user == "admin:ops@handover.example"


# Zuora's table of categories


def reason(code: int | str) -> str:
    return json.dumps({"success": False, "processId": "X", "reasons": [{"code": code}]})


CATEGORIES: list[tuple[int, int, type[HandoverError] | None]] = [
    (50000010, 403, Refused),
    (90000011, 401, None),
    (50000020, 400, Defect),
    (90000020, 400, Defect),
    (50000021, 400, Defect),
    (50000022, 400, Defect),
    (50000023, 400, Defect),
    (50000027, 400, Defect),
    (50000030, 400, Defect),
    (50000040, 404, Refused),
    (50000045, 405, Defect),
    (50000045, 406, Defect),
    (50000045, 415, Defect),
    (50000050, 409, None),
    (50000060, 500, None),
    (50000061, 500, None),
    (50000070, 429, None),
    (70, 429, None),
    (50000090, 400, Defect),
    (50000099, 500, None),
]


@pytest.mark.parametrize("as_text", [False, True], ids=["number", "text"])
@pytest.mark.parametrize("old", [False, True], ids=["status", "200"])
@pytest.mark.parametrize(("code", "status", "error"), CATEGORIES)
def test_every_category(
    zuora: Zuora,
    sandbox: Sandbox,
    code: int,
    status: int,
    error: type[HandoverError] | None,
    old: bool,
    as_text: bool,
) -> None:
    """With its own status and as HTTP 200: asked again once where that may help, else not."""
    body = reason(str(code) if as_text else code)
    times = 1 if error is None else None
    sandbox.fault("status", times=times, code=200 if old else status, body=body, **ON_ZUORA)
    if error is None:
        assert zuora.account("A00000001").number == "A00000001"
    else:
        with pytest.raises(error):
            zuora.account("A00000001")
    assert sandbox.hits() == 1


@pytest.mark.parametrize("code", [50000050, 50000060, 50000061, 50000099])
def test_what_may_pass_and_does_not(zuora: Zuora, sandbox: Sandbox, code: int) -> None:
    """Four tries, then it goes back to the journal."""
    sandbox.fault("status", times=None, code=500, body=reason(code), **ON_ZUORA)
    with pytest.raises(Transient) as caught:
        zuora.account("A00000001")
    assert (caught.value.code, sandbox.hits()) == ("zuora-busy", 4)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (409, {"success": False, "reasons": [{"code": 50000050}]}, None),
        (409, {"message": "A request with this key is in progress"}, Defect),
        (409, {"reasons": [{"code": "IN_PROGRESS"}]}, Defect),
        (422, {"message": "The key was used for another request"}, Defect),
    ],
)
def test_a_409_is_judged_by_its_code(
    zuora: Zuora, sandbox: Sandbox, status: int, body: Any, error: type[HandoverError] | None
) -> None:
    """A lock competition may pass; what speaks of keys that we never send is a defect."""
    sandbox.fault("status", code=status, body=json.dumps(body), **ON_ZUORA)
    if error is None:
        assert zuora.account("A00000001")
        return
    with pytest.raises(error):
        zuora.account("A00000001")


def test_all_reasons_count(zuora: Zuora, sandbox: Sandbox) -> None:
    """Behind one that may pass stands one that does not, in whatever shape."""
    body = {
        "success": False,
        "reasons": [{"code": 50000050}, {"code": 50000061}],
        "Errors": [{"Code": "INVALID_VALUE"}],
    }
    sandbox.fault("status", times=None, code=200, body=json.dumps(body), **ON_ZUORA)
    with pytest.raises(Defect, match="50000050, 50000061, INVALID_VALUE"):
        zuora.account("A00000001")
    assert sandbox.hits() == 1


def test_a_429_without_any_wait(zuora: Zuora, sandbox: Sandbox) -> None:
    """Then the pause is ours, and it is asked again."""
    sandbox.fault("status", code=429, body=reason(50000070), **ON_ZUORA)
    assert zuora.account("A00000001")
    assert sandbox.hits() == 1


def test_a_query_is_repeated(zuora: Zuora, sandbox: Sandbox) -> None:
    """ZOQL is a POST that reads: a lost answer is asked for again."""
    account = zuora.account("A00000001")
    sandbox.fault("timeout_after", path="action/query", system="zuora")
    assert zuora.invoices(account.id)
    assert sandbox.hits() == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"FaultCode": "INVALID_FIELD", "FaultMessage": "x"}),
        (400, {"faultcode": "fns:MALFORMED_QUERY", "faultstring": "x"}),
        (200, {"size": 1}),
    ],
)
def test_a_query_that_fails(zuora: Zuora, sandbox: Sandbox, status: int, body: Any) -> None:
    """In its own shapes; and without `done` a 200 is no answer either."""
    sandbox.fault("status", times=None, code=status, body=json.dumps(body), path="action/query")
    with pytest.raises((Defect, Transient)):
        zuora.invoices("a" * 32)
