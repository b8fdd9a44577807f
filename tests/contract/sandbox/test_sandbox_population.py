"""The generated population: repeatable, shaped as promised, and consistent in itself."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora, running

COUNT = 1000
TODAY = "2026-06-01"
WANTED = {"seed": "population", "accounts": COUNT, "number": 7, "today": TODAY}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def people() -> Iterator[Control]:
    """A thousand accounts."""
    with running() as control:
        control.post("reset", **WANTED)
        yield control


@pytest.fixture(scope="module")
def found(people: Control) -> Callable[[str], Rows]:
    """All records of a model or of a Zuora object, read once."""
    admin, zuora, read = Admin(people.root), Zuora(people.root), dict[str, Rows]()

    def rows(name: str) -> Rows:
        if name not in read:
            is_zuora = name in ("accounts", "contacts", "subscriptions", "invoices")
            read[name] = objects(zuora, name) if is_zuora else admin.json(f"{name}.json", all="1")
        return read[name]

    return rows


def objects(zuora: Zuora, name: str) -> Rows:
    """Every page of an object."""
    rows, params = Rows(), {"pageSize": "99"}
    while True:
        body = zuora.call("GET", f"object-query/{name}", params=params).json()
        rows += body["data"]
        if "nextPage" not in body:
            return rows
        params["cursor"] = body["nextPage"]


def share(part: int, whole: int) -> float:
    return part / whole


def test_the_same_number_is_the_same_data(found: Callable[[str], Rows]) -> None:
    """In every record of both systems; another number is other data."""
    models = ("accounts", "contacts", "customer", "billing_account_membership", "license")
    with running() as again:
        again.post("reset", **WANTED)
        admin, zuora = Admin(again.root), Zuora(again.root)
        for name in models[:2]:
            assert objects(zuora, name) == found(name)
        for name in models[2:]:
            assert admin.json(f"{name}.json", all="1") == found(name)
        again.post("reset", **(WANTED | {"number": 8}))
        assert Admin(again.root).json("customer.json", all="1") != found("customer")


def test_a_small_population_is_the_beginning_of_a_large_one(found: Callable[[str], Rows]) -> None:
    """The first accounts do not depend on how many there are."""
    with running() as small:
        small.post("reset", **(WANTED | {"accounts": 50}))
        few = objects(Zuora(small.root), "accounts")
    names = {one["accountNumber"]: one["name"] for one in found("accounts")}
    assert len(few) == 50
    assert all(names[one["accountNumber"]] == one["name"] for one in few)


def test_roles_are_shared_and_separate(found: Callable[[str], Rows]) -> None:
    """In plausible shares."""
    shared = [one for one in found("accounts") if one["billToId"] == one["soldToId"]]
    assert 0.3 < share(len(shared), COUNT) < 0.46


def test_some_addresses_are_sold_to_of_several_accounts(found: Callable[[str], Rows]) -> None:
    """About 3 % of the addresses."""
    emails = {one["id"]: one["workEmail"].casefold() for one in found("contacts")}
    times = Counter(emails[one["soldToId"]] for one in found("accounts"))
    repeated = [email for email, count in times.items() if count > 1]
    assert 0.02 < share(len(repeated), len(times)) < 0.05


def test_customers_have_one_membership_or_none(found: Callable[[str], Rows]) -> None:
    """Never two; some have none; some accounts have several members."""
    times = Counter(one["customer_id"] for one in found("billing_account_membership"))
    assert set(times.values()) == {1}
    without = [one for one in found("customer") if one["id"] not in times]
    assert 0.1 < share(len(without), len(found("customer"))) < 0.4
    members = Counter(one["billing_account_id"] for one in found("billing_account_membership"))
    assert sum(count > 1 for count in members.values()) > COUNT / 10
    accounts = {one["id"] for one in found("billing_account")}
    assert set(members) <= accounts


def test_sold_tos_relate_to_customers_in_every_way(
    people: Control, found: Callable[[str], Rows]
) -> None:
    """Member here, member elsewhere, without membership, no Customer; as the traits say."""
    members = {
        one["customer_id"]: one["billing_account_id"] for one in found("billing_account_membership")
    }
    customers = {one["email"].casefold(): one["id"] for one in found("customer")}
    emails = {one["id"]: one["workEmail"].casefold() for one in found("contacts")}
    billing = {one["zuora_account_id"]: one["id"] for one in found("billing_account")}
    kinds: dict[str, set[str]] = {}
    for account in found("accounts"):
        customer = customers.get(emails[account["soldToId"]])
        kind = "no-customer" if customer is None else _kind(members.get(customer), billing, account)
        kinds.setdefault(f"sold-to-{kind}", set()).add(account["accountNumber"])
    for trait, numbers in kinds.items():
        named = set(people.get(f"traits/{trait}", limit=COUNT))
        assert named
        assert named <= numbers


def _kind(manages: int | None, billing: dict[str, int], account: dict[str, Any]) -> str:
    if manages is None:
        return "no-membership"
    return "member" if manages == billing[account["id"]] else "elsewhere"


def test_logins_are_off_with_and_without_history(
    people: Control, found: Callable[[str], Rows]
) -> None:
    """Never activated: in the create line. Switched off on purpose: in a line behind it."""
    admin = Admin(people.root)
    off = [one["id"] for one in found("customer") if one["login_activated"] is False]
    assert 0.03 < share(len(off), len(found("customer"))) < 0.1
    histories = [admin.history(f"customer/{key}/history?all=true") for key in off]
    first = [lines for lines in histories if "login_activated = false" in lines[0]]
    later = [lines for lines in histories if "login_activated = false" not in lines[0]]
    assert len(first) > len(later) > 0
    assert all("login_activated = false" in lines[-1] for lines in later)


def test_names_come_in_many_scripts(found: Callable[[str], Rows]) -> None:
    """Apostrophes, accents, other alphabets; nothing that needs four bytes."""
    names = [f"{one['first_name']} {one['last_name']}" for one in found("customer")]
    for some in ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "é", "Ł", "Бер", "佐", "한", "ال"):
        assert any(some in name for name in names), some
    assert any("'" in one["email"] for one in found("customer"))
    assert max(map(ord, "".join(names))) <= 0xFFFF
    assert all(one["email"].isascii() for one in found("customer"))


def test_addresses_of_customers_are_unique(found: Callable[[str], Rows]) -> None:
    """Regardless of case, as the real database wants it."""
    emails = Counter(one["email"].casefold() for one in found("customer"))
    assert max(emails.values()) == 1


def test_resellers_own_the_invoices(found: Callable[[str], Rows]) -> None:
    """Subscriptions of a resold account have another invoice owner, where its invoices are."""
    resold = [one for one in found("subscriptions") if one["invoiceOwnerId"] != one["accountId"]]
    assert 0.04 < share(len({one["accountId"] for one in resold}), COUNT) < 0.12
    payers = {one["invoiceOwnerId"] for one in resold}
    invoiced = {one["accountId"] for one in found("invoices")}
    assert payers & invoiced
    assert not {one["accountId"] for one in resold} & invoiced


def test_some_subscriptions_have_a_sold_to_of_their_own(
    people: Control, found: Callable[[str], Rows]
) -> None:
    """The override names a third contact of the same account."""
    own = [one for one in found("subscriptions") if "soldToContactId" in one]
    assert 0.01 < share(len(own), COUNT) < 0.06
    (number,) = people.get("traits/sold-to-override", limit=1)
    body = Zuora(people.root).call("GET", f"v1/subscriptions/accounts/{number}").json()
    flags = [one["soldToContact"]["isSpecifiedInSubscription"] for one in body["subscriptions"]]
    assert True in flags


def test_both_systems_agree(found: Callable[[str], Rows]) -> None:
    """Every copy equals its contact, and every Sold To's Customer has the same names."""
    contacts = {one["id"]: one for one in found("contacts")}
    customers = {one["email"].casefold(): one for one in found("customer")}
    strays = 0
    for copy in found("billing_account_contact"):
        contact = contacts.get(copy["zuora_contact_id"])
        if contact is None:
            strays += 1
            continue
        assert copy["work_email"] == contact["workEmail"]
        assert copy["last_name"] == contact["lastName"]
        customer = customers.get(contact["workEmail"].casefold())
        if customer:
            assert customer["first_name"] == contact["firstName"]
    assert 0 < strays < COUNT / 20


def test_invoices_are_recent_old_and_missing(people: Control, found: Callable[[str], Rows]) -> None:
    """Counted back from the given day; some newest ones are drafts or reversed."""
    newest: dict[str, str] = {}
    for one in found("invoices"):
        newest[one["accountId"]] = max(newest.get(one["accountId"], ""), one["invoiceDate"])
    limit = str(date.fromisoformat(TODAY) - timedelta(days=365))
    recent = sum(day >= limit for day in newest.values())
    assert 0.7 < share(recent, len(newest)) < 0.95
    assert max(newest.values()) <= TODAY
    assert people.get("traits")["invoiced-never"] > 0
    states = Counter((one["status"], one["reversed"]) for one in found("invoices"))
    assert set(states) == {("Posted", False), ("Draft", False), ("Posted", True)}


def test_a_canceled_account_cannot_be_changed(people: Control) -> None:
    """Its contacts can, though."""
    zuora = Zuora(people.root)
    number = people.get("traits/canceled", limit=1)[0]
    account = zuora.account(number)
    assert account["basicInfo"]["status"] == "Canceled"
    refused = zuora.call("PUT", f"v1/accounts/{number}", json={"notes": "x"})
    assert refused.json()["reasons"][0]["code"] % 100 == 30
    path = f"v1/contacts/{account['soldToContact']['id']}"
    assert zuora.call("PUT", path, json={"city": "Gent"}).status_code == 200


def test_a_population_is_not_in_the_log_and_can_grow(people: Control) -> None:
    """Ordered accounts go on behind it."""
    assert people.writes(system="customersdot") == []
    assert people.account()["account_number"] > people.get("traits/reseller")[0]


@pytest.mark.parametrize(
    "body",
    [
        {"seed": "nonsense"},
        {"seed": "population", "accounts": 0},
        {"seed": "population", "number": "many"},
        {"seed": "population", "today": "yesterday"},
        {"seed": "population", "differences": 1},
        {"seed": "tidy", "accounts": 20, "differences": 11},
    ],
)
def test_unusable_orders_are_refused(people: Control, body: dict[str, Any]) -> None:
    """And leave the world as it is."""
    answer = requests.post(f"{people.url}/reset", json=body, timeout=20)
    assert answer.status_code == 400
    assert people.get("traits")
