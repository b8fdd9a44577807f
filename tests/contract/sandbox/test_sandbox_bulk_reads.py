"""Reading very much at once: ranges of ids and moments in the admin, windows of moments in ZOQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from sandbox.population import tidy
from sandbox.store import Store
from sandbox.zuora.zoql import parse
from sandbox.zuora.zoql_rows import Rows as QueryRows
from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control, Zuora, running

MODELS = (
    "billing_account",
    "billing_account_contact",
    "billing_account_membership",
    "customer",
)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def module_box() -> Iterator[Control]:
    """Instead of the demo world: accounts made over years."""
    with running() as control:
        control.post("reset", seed="tidy", accounts=150, number=2, today="2026-06-01")
        yield control


def exported(admin: Admin, model: str, *more: tuple[str, str], kind: str = "export") -> Rows:
    answer = admin.http.get(
        f"{admin.url}/admin/{model}{'/export' if kind == 'export' else ''}",
        params=[("json", "1"), *more],
        headers=JSON,
        timeout=20,
    )
    rows: Rows = answer.json()
    return rows


def between(field: str, low: object, high: object) -> list[tuple[str, str]]:
    values = [(f"f[{field}][1][v][]", str(one)) for one in ("", low, high)]
    return [(f"f[{field}][1][o]", "between"), *values]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", ["export", "index"])
def test_a_range_of_ids(admin: Admin, model: str, kind: str) -> None:
    """Both ends belong to it; `per` must be as large as it, and rows have what is asked for."""
    ids = sorted(one["id"] for one in exported(admin, model, ("all", "true")))
    low, high = ids[40], ids[90]
    asked = [("schema[only][]", "id"), ("schema[only][]", "created_at"), ("sort", "id")]
    rows = exported(admin, model, *between("id", low, high), *asked, ("per", "500"), kind=kind)
    assert [one["id"] for one in rows] == ids[90:39:-1]
    assert {tuple(one) for one in rows} == {("id", "created_at")}
    cut = exported(admin, model, *between("id", low, high), *asked, ("per", "10"), kind=kind)
    assert cut == rows[:10]


def test_the_highest_id(admin: Admin) -> None:
    """Lists begin with it, also when `sort=id` says so; `sort_reverse` turns them around."""
    ids = sorted(one["id"] for one in exported(admin, "customer", ("all", "true")))
    one = ("per", "1"), ("schema[only][]", "id")
    assert exported(admin, "customer", *one) == [{"id": ids[-1]}]
    assert exported(admin, "customer", ("sort", "id"), *one) == [{"id": ids[-1]}]
    reverse = ("sort_reverse", "true")
    assert exported(admin, "customer", ("sort", "id"), reverse, *one) == [{"id": ids[0]}]


def test_secret_columns_of_a_schema_and_booleans(admin: Admin) -> None:
    """A schema gets what JSON leaves out elsewhere, and true is true."""
    names = ("id", "login_activated", "unconfirmed_email")
    asked = [("schema[only][]", name) for name in names]
    rows = exported(admin, "customer", ("all", "true"), *asked)
    assert {tuple(one) for one in rows} == {names}
    assert {str(one["login_activated"]) for one in rows} == {"True", "False"}


def test_moments_in_the_admin(box: Control, admin: Admin) -> None:
    """A range with times is exact and includes its ends; without times it is of whole days."""
    rows = exported(admin, "billing_account", ("all", "true"))
    moments = sorted(str(one["updated_at"]) for one in rows)
    low, high = moments[20], moments[60]

    def found(first: object, last: object) -> list[str]:
        more = (*between("updated_at", first, last), ("all", "true"))
        return sorted(str(one["updated_at"]) for one in exported(admin, "billing_account", *more))

    assert found(low, high) == [one for one in moments if low <= one <= high]
    assert found(low, "") == [one for one in moments if one >= low]
    east = datetime.fromisoformat(low).astimezone(timezone(timedelta(hours=5)))
    assert found(east.isoformat(), "") == found(low, "")
    assert found(low[:10], high[:10]) == [
        one for one in moments if low[:10] <= one[:10] <= high[:10]
    ]
    assert found("nonsense", "nonsense") == moments, "what is not understood is dropped"


def counted(zuora: Zuora, name: str, *tests: str) -> int:
    body = zuora.query(f"select Id from {name} where {' and '.join(tests)}", batchSize=1).json()
    return int(body["size"])


@pytest.mark.parametrize("name", ["Account", "Contact"])
def test_windows_of_moments_in_zoql(zuora: Zuora, name: str) -> None:
    """With Z or an offset, they part the rows: none is missing, none is there twice."""
    text = f"select Id, CreatedDate from {name}"
    moments = sorted(str(one["CreatedDate"]) for one in pages(zuora, text, 2000))
    middle = datetime.fromisoformat(moments[len(moments) // 2])
    before = sum(datetime.fromisoformat(one) < middle for one in moments)
    for zone in (UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=5, minutes=30))):
        at = middle.astimezone(zone).isoformat()
        assert counted(zuora, name, f"CreatedDate < '{at}'") == before, at
        assert counted(zuora, name, f"CreatedDate >= '{at}'") == len(moments) - before
    at = middle.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert counted(zuora, name, f"CreatedDate < '{at}'", "CreatedDate >= '2001-01-01'") == before


def pages(zuora: Zuora, text: str, batch: int, between: Callable[[], object] | None = None) -> Rows:
    """All rows of a query; every page says how many there are in all."""
    body = zuora.query(text, batchSize=batch).json()
    rows, size = list(body["records"]), body["size"]
    while not body["done"]:
        assert len(body["records"]) == batch
        if between:
            between()
        more = {"queryLocator": body["queryLocator"], "conf": {"batchSize": batch}}
        body = zuora.call("POST", "v1/action/queryMore", json=more).json()
        assert body["size"] == size
        rows += body["records"]
    return rows


@pytest.mark.parametrize("batch", [7, 50, 150, 2000])
def test_pages_of_a_window_hold_every_row_once(zuora: Zuora, batch: int) -> None:
    """Also where pages end among rows of the very same moment."""
    text = "select Id, Status from Account where CreatedDate >= '2019-01-01T00:00:00Z'"
    ids = [one["Id"] for one in pages(zuora, text, batch)]
    assert len(ids) == len(set(ids)) == 150


def test_the_last_page_costs_what_the_first_does(tmp_path: Path) -> None:
    """In steps of the database, however many rows stand before it."""
    store = Store(tmp_path / "sandbox.sqlite3")
    with store.writing() as db:
        tidy.plant(db, 1000, 1)
    text = "select Id, Status from Account where CreatedDate >= '2001-01-01T00:00:00Z'"
    rows, behind, steps = QueryRows(parse(text)), None, list[int]()

    def step() -> int:
        steps[-1] += 1
        return 0

    with store.reading() as db:
        db.set_progress_handler(step, 1)
        for _ in range(10):
            steps.append(0)
            page = rows.page(db, behind, 100)
            behind = rows.place(page[-1])
    store.close()
    assert max(steps[1:]) < 1.5 * min(steps[1:])


def test_a_row_that_leaves_a_query_moves_no_other(zuora: Zuora) -> None:
    """Pages go on behind the last row, whatever became of those before it."""
    text = "select Id, AccountNumber from Account where Status = 'Active'"
    numbers = [one["AccountNumber"] for one in zuora.query(text, batchSize=20).json()["records"]]
    wanted = {one["Id"] for one in pages(zuora, text, 2000)}

    def cancel() -> None:
        if numbers:
            body = {"Status": "Canceled"}
            account = zuora.account(numbers.pop())["basicInfo"]["id"]
            zuora.call("PUT", f"v1/object/account/{account}", json=body)

    assert {one["Id"] for one in pages(zuora, text, 20, cancel)} == wanted


def test_a_locator_runs_out(box: Control, zuora: Zuora) -> None:
    """After 15 minutes, or what the setting says."""
    assert box.get("settings")["locator_ttl"] == 900
    box.set(locator_ttl=0.0)
    body = zuora.query("select Id from Account", batchSize=10).json()
    answer = zuora.call("POST", "v1/action/queryMore", json={"queryLocator": body["queryLocator"]})
    assert (answer.status_code, answer.json()["FaultCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_a_moment_that_is_none_is_a_fault(zuora: Zuora) -> None:
    answer = zuora.query("select Id from Account where CreatedDate > 'yesterday'")
    assert (answer.status_code, answer.json()["FaultCode"]) == (400, "INVALID_VALUE")


def test_a_change_shows_in_updated_at_of_all_that_changed(box: Control, zuora: Zuora) -> None:
    """On both sides, and on nothing else: what the scan of changes relies on."""
    admin, since = Admin(box.root), datetime.now(UTC).isoformat()
    truth = an_account(box, zuora)
    account, other = truth["zuora"]["account"], truth["customersdot"]
    (customer, *_) = other["customers"]
    admin.put(f"customer/{customer['id']}", last_name="Neumann")
    admin.put(f"billing_account/{other['billing_account']['id']}", zuora_account_name="Neu")
    membership = other["memberships"][0]["id"]
    members = {one["customer_id"] for one in exported(admin, MODELS[2], ("all", "true"))}
    customers = (one["id"] for one in exported(admin, "customer", ("all", "true")))
    free = next(one for one in customers if one not in members)
    admin.put(f"billing_account_membership/{membership}", customer_id=free)
    admin.put(f"billing_account_contact/{other['contacts'][0]['id']}", city="Neustadt")
    zuora.call("PUT", f"v1/object/account/{account['id']}", json={"Notes": "new"})
    zuora.call("PUT", f"v1/contacts/{account['sold_to_id']}", json={"city": "Neustadt"})
    for model in MODELS:
        rows = exported(admin, model, *between("updated_at", since, ""), ("all", "true"))
        assert len(rows) == 1, model
    for name in ("Account", "Contact"):
        assert counted(zuora, name, f"UpdatedDate >= '{since}'") == 1


def an_account(box: Control, zuora: Zuora) -> dict[str, Any]:
    """Both sides of an Active account whose copies can be saved."""
    text = "select AccountNumber from Account where Status = 'Active'"
    for one in pages(zuora, text, 2000):
        truth = box.truth(one["AccountNumber"])
        if all(" " not in copy["work_email"] for copy in truth["customersdot"]["contacts"]):
            return truth
    raise AssertionError("no such account")


def test_late_reads_show_bulk_rows_as_they_were(box: Control, zuora: Zuora) -> None:
    """In both systems, changed rows alone."""
    admin = Admin(box.root)
    truth = an_account(box, zuora)
    contact, copy = truth["zuora"]["sold_to"], truth["customersdot"]["contacts"][0]
    zuora.call("PUT", f"v1/contacts/{contact['id']}", json={"city": "Spaetstadt"})
    admin.put(f"billing_account_contact/{copy['id']}", city="Spaetstadt")
    schema = (("schema[only][]", "id"), ("schema[only][]", "city"), ("all", "true"))
    for late in (False, True):
        if late:
            box.fault("stale_read", seconds=60, times=None, path="query|export")
        cities = {
            one["Id"]: one["City"] for one in pages(zuora, "select Id, City from Contact", 100)
        }
        copies = exported(admin, "billing_account_contact", *schema)
        assert (cities[contact["id"]] == "Spaetstadt") is not late
        assert ({one["id"]: one["city"] for one in copies}[copy["id"]] == "Spaetstadt") is not late
        assert len(cities) > 200
        assert len(copies) > 200
