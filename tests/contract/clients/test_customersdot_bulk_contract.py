"""Records of CustomersDot by the page, against the sandbox."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from clients.customersdot import CustomersDot
from clients.customersdot_bulk import COLUMNS, CustomersDotBulk, Model
from clients.http import CallMade
from clients.rails_admin import RailsAdmin
from domain.errors import Defect, Transient
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox, known

pytestmark = pytest.mark.usefixtures("no_pauses")

MODELS: tuple[Model, ...] = get_args(Model)
EXPORT = {"system": "customersdot", "path": "/export$"}


@pytest.fixture
def bulk(admin: RailsAdmin) -> CustomersDotBulk:
    return CustomersDotBulk(admin)


def answer(sandbox: Sandbox, rows: object, **options: Any) -> None:
    """The next answer to an export."""
    as_json = {"Content-Type": "application/json"}
    sandbox.fault("status", code=200, body=json.dumps(rows), headers=as_json, **EXPORT, **options)


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


@pytest.mark.parametrize("model", MODELS)
def test_pages_hold_every_record_once(bulk: CustomersDotBulk, model: Model) -> None:
    """However wide they are; the highest first, with the columns that are asked for."""
    highest = bulk.highest_id(model)
    whole = bulk.page(model, 1, highest)
    assert ids(whole)[0] == highest
    assert ids(whole) == sorted(ids(whole), reverse=True)
    assert {frozenset(row) for row in whole} == {frozenset(COLUMNS[model])}
    by_three = [bulk.page(model, low, low + 2) for low in range(1, highest + 1, 3)]
    assert sorted(ids([row for page in by_three for row in page]), reverse=True) == ids(whole)


def test_what_a_row_has(bulk: CustomersDotBulk, dot: CustomersDot, sandbox: Sandbox) -> None:
    """The same as the record that is read by itself."""
    truth = sandbox.truth("A00000001")["customersdot"]
    account = known(dot.billing_account(str(truth["billing_account"]["id"])))
    (row,) = bulk.page("billing_account", int(account.id), int(account.id))
    assert row["zuora_account_id"] == account.zuora_account_id
    (held,) = dot.memberships_of_billing_account(account.id)
    (row,) = bulk.page("billing_account_membership", int(held.id), int(held.id))
    assert row == {key: int(value) for key, value in held.model_dump().items()}
    orla = known(dot.customer(held.customer_id))
    (row,) = bulk.page("customer", int(orla.id), int(orla.id))
    assert {**row, "id": orla.id, "unconfirmed_email": ""} == orla.model_dump()


@pytest.mark.parametrize("model", MODELS)
def test_the_highest_id(
    bulk: CustomersDotBulk, dot: CustomersDot, window: WriteWindow, model: Model
) -> None:
    """Above it there is nothing; also where the highest of all is gone."""
    highest = bulk.highest_id(model)
    assert bulk.page(model, highest + 1, highest + 5) == []
    if model == "billing_account_membership":
        dot.delete_membership(str(highest), window)
        assert 0 < bulk.highest_id(model) < highest


def test_a_gap_is_empty(bulk: CustomersDotBulk, dot: CustomersDot, window: WriteWindow) -> None:
    """Ids whose records are gone are no failure."""
    membership = bulk.page("billing_account_membership", 1, 5)[-1]["id"]
    dot.delete_membership(str(membership), window)
    assert bulk.page("billing_account_membership", membership, membership) == []


@pytest.mark.parametrize(("low", "high"), [(0, 5), (-1, 5), (6, 5), (1, 20_001)])
def test_pages_that_are_none(bulk: CustomersDotBulk, sandbox: Sandbox, low: int, high: int) -> None:
    """Nothing is sent: a filter that does not parse would return everything."""
    with pytest.raises(Defect, match="no page goes"):
        bulk.page("customer", low, high)


def test_how_many_calls_pages_take(make_admin: Callable[..., RailsAdmin]) -> None:
    """One for each, once it is known that answers of this length are not cut short."""
    made: list[CallMade] = []
    bulk = CustomersDotBulk(make_admin(on_call=made.append))
    highest = bulk.highest_id("customer")
    bulk.page("customer", 1, highest)
    before = len(made)
    assert len(bulk.page("customer", 2, highest)) == highest - 1
    assert len(bulk.page("customer", 5, 14)) == 10
    assert [call.path for call in made[before:]] == ["/admin/customer/export"] * 2


@pytest.mark.parametrize("kind", ["truncated", "reset", "timeout_before", "login_page_200"])
def test_a_page_is_read_again(bulk: CustomersDotBulk, sandbox: Sandbox, kind: str) -> None:
    """What may pass is bridged, as in every read."""
    whole = bulk.page("customer", 1, 10)
    sandbox.fault(kind, **EXPORT)
    assert bulk.page("customer", 1, 10) == whole
    assert sandbox.hits() == 1


def test_a_page_that_comes_up_empty(bulk: CustomersDotBulk, sandbox: Sandbox) -> None:
    """It is looked at once more; and so is a model that has no records at all."""
    whole, highest = bulk.page("customer", 1, 10), bulk.highest_id("customer")
    answer(sandbox, [])
    assert bulk.page("customer", 1, 10) == whole
    answer(sandbox, [])
    assert bulk.highest_id("customer") == highest
    assert sandbox.hits() == 2


def member(record_id: object, **more: object) -> dict[str, object]:
    return {"id": record_id, "customer_id": 1, "billing_account_id": 1, **more}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([member(9), member(8), member(4)], "filter-dropped"),
        ([member(11), member(9)], "filter-dropped"),
        ([member(8), member(9)], "list-order"),
        ([{"id": 9, "customer_id": 1}], "column-missing"),
        ([member(9), {"id": 8}], "column-missing"),
        ([member("9")], "bad-id"),
        ([member(True)], "defect"),
        ([member(None)], "defect"),
        ([{"customer_id": 1}], "defect"),
        ({"id": 9}, "defect"),
        ([[9, 1, 1]], "defect"),
    ],
)
def test_rows_that_nobody_asked_for(
    bulk: CustomersDotBulk, sandbox: Sandbox, rows: object, code: str
) -> None:
    """A page with one of them is not taken."""
    answer(sandbox, rows)
    with pytest.raises(Defect) as caught:
        bulk.page("billing_account_membership", 5, 10)
    assert (caught.value.code, sandbox.hits()) == (code, 1)


def test_a_record_that_comes_twice(bulk: CustomersDotBulk, sandbox: Sandbox) -> None:
    """It is asked for again; where it stays so, the piece is for later."""
    whole = bulk.page("billing_account_membership", 5, 10)
    rows = [member(9), member(9)]
    answer(sandbox, rows)
    assert bulk.page("billing_account_membership", 5, 10) == whole
    answer(sandbox, rows, times=None)
    with pytest.raises(Transient) as caught:
        bulk.page("billing_account_membership", 5, 10)
    assert (caught.value.code, sandbox.hits()) == ("rows-doubled", 5)


def test_a_filter_that_is_not_obeyed(bulk: CustomersDotBulk, sandbox: Sandbox) -> None:
    """The highest id is not believed before it is sure that ranges are."""
    everything = [member(number) for number in range(9, 0, -1)]
    answer(sandbox, everything[:1], times=2)
    with pytest.raises(Defect) as caught:
        bulk.highest_id("billing_account_membership")
    assert caught.value.code == "filter-dropped"


def test_a_column_that_is_not_everywhere(bulk: CustomersDotBulk, sandbox: Sandbox) -> None:
    """The name of the reference to the Sold To's copy is not public."""
    rows = [{"id": 9, "zuora_account_id": "a"}]
    answer(sandbox, rows)
    assert bulk.page("billing_account", 9, 9) == rows


@pytest.mark.parametrize("model", MODELS)
def test_what_has_changed(bulk: CustomersDotBulk, model: Model) -> None:
    """All of it since long ago, nothing since tomorrow; each row says when."""
    whole = bulk.page(model, 1, bulk.highest_id(model))
    rows = list(bulk.changed(model, datetime(2007, 1, 1, tzinfo=UTC)))
    assert ids(rows) == ids(whole)
    assert {frozenset(row) for row in rows} == {frozenset([*COLUMNS[model], "updated_at"])}
    assert list(bulk.changed(model, datetime.now(UTC) + timedelta(days=1))) == []


def test_what_has_changed_since_a_moment(
    bulk: CustomersDotBulk, dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """To the second: what was changed a moment ago is left out, what is changed now is not."""
    first, second = (
        dot.contacts_of_account(account["account_id"])[0]
        for account in sandbox.ask("POST", "/accounts", json={"count": 2})
    )
    dot.update_contact(first.id, {"city": "Elsewhere"}, window)
    sandbox.settle()
    (row,) = bulk.page("billing_account_contact", int(first.id), int(first.id))
    assert row["city"] == "Elsewhere"
    (changed,) = (
        one
        for one in bulk.changed("billing_account_contact", datetime.now(UTC) - timedelta(minutes=5))
        if one["id"] == row["id"]
    )
    after = datetime.fromisoformat(changed["updated_at"]) + timedelta(microseconds=1)
    assert row["id"] not in ids(list(bulk.changed("billing_account_contact", after)))
    dot.update_contact(second.id, {"city": "Elsewhere"}, window)
    assert int(second.id) in ids(list(bulk.changed("billing_account_contact", after)))
