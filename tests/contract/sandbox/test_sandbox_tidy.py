"""Tidy populations, in which both systems agree, and the differences planted in them.

The comparison here is the plainest there is, and shares nothing with how the sandbox plants.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import JSON, Admin, Control, Zuora, running

TIDY = {"seed": "tidy", "accounts": 400, "number": 5, "today": "2026-06-01"}
KINDS = 17
Rows = list[dict[str, Any]]
CODES = {
    "NL": "Netherlands",
    "US": "United States",
    "CA": "Canada",
    "DE": "Germany",
    "PL": "Poland",
    "JP": "Japan",
}
PERSON = {"first_name": "FirstName", "last_name": "LastName", "work_email": "WorkEmail"}
ADDRESS = {
    "address_1": "Address1",
    "address_2": "Address2",
    "city": "City",
    "state": "State",
    "postal_code": "PostalCode",
    "country": "Country",
}


def plain(text: str | None) -> str:
    """Without letter case and whitespace; countries by name."""
    return " ".join(CODES.get(text or "", text or "").split()).casefold()


@dataclass
class World:
    """Everything of both systems, and what is wrong with each Active account."""

    accounts: dict[str, dict[str, Any]]
    contacts: dict[str, dict[str, Any]]
    tables: dict[str, Rows]
    wrong: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str) -> "World":
        zuora, admin = Zuora(url), Admin(url)
        named = ", ".join((*PERSON.values(), *ADDRESS.values()))
        accounts = everything(zuora, "select Id, AccountNumber, Status, SoldToId from Account")
        contacts = everything(zuora, f"select Id, {named} from Contact")
        models = ("billing_account", "billing_account_contact", "billing_account_membership")
        tables = {name: admin.json(f"{name}/export", json="1", all="true") for name in models}
        columns = ("id", "first_name", "last_name", "email", "login_activated", "unconfirmed_email")
        only = [("schema[only][]", name) for name in columns]
        answer = admin.http.get(
            f"{admin.url}/admin/customer/export",
            params=[("json", "1"), ("all", "true"), *only],
            headers=JSON,
            timeout=20,
        )
        tables["customer"] = answer.json()
        for rows in tables.values():
            rows.sort(key=lambda row: int(row["id"]))
        world = cls(
            {one["Id"]: one for one in accounts}, {one["Id"]: one for one in contacts}, tables
        )
        world.compare()
        return world

    def compare(self) -> None:
        for key, account in self.accounts.items():
            if account["Status"] == "Active":
                self.wrong[key] = set(self.about(account))
        for billing in self.tables["billing_account"]:
            if billing["zuora_account_id"] not in self.accounts:
                self.wrong[billing["zuora_account_id"]] = {"not in Zuora"}

    def about(self, account: dict[str, Any]) -> Iterator[str]:
        found = self.by("billing_account", "zuora_account_id", account["Id"])
        if not found:
            yield "no billing account"
            return
        if len(found) > 1:
            yield "two billing accounts"
        sold_to = self.contacts[account["SoldToId"]]
        copies = self.by("billing_account_contact", "zuora_contact_id", account["SoldToId"])
        if not copies:
            yield "no copy"
        if found[0]["sold_to_contact_id"] != (copies[0]["id"] if copies else None):
            yield "points at another copy"
        for here, there in (PERSON | ADDRESS).items():
            if copies and plain(copies[0][here]) != plain(sold_to.get(there)):
                yield f"copy {here}"
        members = self.by("billing_account_membership", "billing_account_id", found[0]["id"])
        if not members:
            yield "no members"
        email = plain(sold_to["WorkEmail"])
        customers = [one for one in self.tables["customer"] if plain(one["email"]) == email]
        if len(customers) != 1:
            yield f"{len(customers)} customers"
        for customer in customers[:1]:
            yield from self.of_customer(customer, sold_to, {one["customer_id"] for one in members})

    def of_customer(
        self, customer: dict[str, Any], sold_to: dict[str, Any], members: set[int]
    ) -> Iterator[str]:
        for name in ("first_name", "last_name"):
            if plain(customer[name]) != plain(sold_to[PERSON[name]]):
                yield f"customer {name}"
        if customer["id"] not in members:
            elsewhere = self.by("billing_account_membership", "customer_id", customer["id"])
            yield "member elsewhere" if elsewhere else "not a member"
        if not customer["login_activated"]:
            yield "login off"
        if customer["unconfirmed_email"]:
            yield "email pending"

    def by(self, table: str, name: str, value: Any) -> Rows:
        return [one for one in self.tables[table] if one[name] == value]

    def disagreements(self) -> dict[str, set[str]]:
        return {key: wrong for key, wrong in self.wrong.items() if wrong}


def everything(zuora: Zuora, text: str) -> Rows:
    body = zuora.query(text).json()
    rows: Rows = body["records"]
    while not body["done"]:
        more = {"queryLocator": body["queryLocator"]}
        body = zuora.call("POST", "v1/action/queryMore", json=more).json()
        rows += body["records"]
    return rows


EXPECTED: dict[str, set[str]] = {
    "copy-email": {"copy work_email"},
    "copy-missing": {"no copy"},
    "no-customer": {"0 customers"},
    "customer-not-member": {"not a member"},
    "customer-elsewhere": {"member elsewhere"},
    "nobody": {"no members", "not a member"},
    "login-off": {"login off"},
    "only-in-zuora": {"no billing account"},
    "only-in-customersdot": {"not in Zuora"},
    "email-pending": {"email pending"},
    "two-billing-accounts": {"two billing accounts"},
    "two-customers": {"2 customers"},
}


def expected(planted: dict[str, Any]) -> set[str]:
    """What a planted difference looks like to the comparison above."""
    side = "customer" if planted["kind"] == "customer-name" else "copy"
    return EXPECTED.get(planted["kind"]) or {f"{side} {name}" for name in planted["fields"]}


@pytest.fixture(scope="module")
def tidy() -> Iterator[Control]:
    with running() as control:
        control.post("reset", **TIDY)
        yield control


@pytest.fixture
def agreed(tidy: Control) -> Iterator[Control]:
    """The population with nothing planted in it, before and after."""
    yield tidy
    for one in tidy.get("differences"):
        if one["undone_at"] is None:
            tidy.post(f"differences/{one['id']}/undo")


@pytest.fixture(scope="module")
def world(tidy: Control) -> World:
    return World.of(tidy.root)


def test_both_systems_agree_on_every_active_account(world: World) -> None:
    assert world.disagreements() == {}
    assert len(world.accounts) == 400
    assert 300 < len(world.wrong) < 400


def test_canceled_accounts_are_in_any_state(world: World) -> None:
    """Some of them would be reported if anybody looked."""
    canceled = [one for one in world.accounts.values() if one["Status"] == "Canceled"]
    assert len(canceled) == 400 - len(world.wrong)
    assert any(set(world.about(one)) for one in canceled)


def test_it_has_the_variety_that_is_no_drift(world: World) -> None:
    """Other letter case, whitespace, codes, scripts, members, Customers, contacts and copies."""
    copies = world.tables["billing_account_contact"]
    pairs = [(one, world.contacts.get(one["zuora_contact_id"])) for one in copies]
    exact = [
        {here for here, there in (PERSON | ADDRESS).items() if one[here] != contact.get(there)}
        for one, contact in pairs
        if contact
    ]
    for name in ("work_email", "first_name", "last_name", "address_1", "country"):
        assert any(name in differing for differing in exact), name
    assert any(not one["first_name"].isascii() for one in copies)
    assert any(contact is None for _, contact in pairs)
    sold_tos = {one["SoldToId"] for one in world.accounts.values()}
    assert any(one["zuora_contact_id"] not in sold_tos for one in copies)
    members = Counter(
        one["billing_account_id"] for one in world.tables["billing_account_membership"]
    )
    assert max(members.values()) > 2
    assert len(world.tables["customer"]) > sum(members.values())
    ids = {name: [one["id"] for one in rows] for name, rows in world.tables.items()}
    assert all(len(some) == len(set(some)) for some in ids.values())
    assert any(len(some) < max(some) for some in ids.values()), "there are gaps"


def test_moments_are_spread_over_years_and_some_are_shared(tidy: Control) -> None:
    rows = everything(Zuora(tidy.root), "select Id, CreatedDate from Account")
    times = Counter(one["CreatedDate"] for one in rows)
    assert len({moment[:4] for moment in times}) > 5
    assert times.most_common(1)[0][1] > 3


def test_the_same_number_is_the_same_population(tidy: Control, world: World) -> None:
    with running() as again:
        again.post("reset", **TIDY)
        other = World.of(again.root)
    assert (other.accounts, other.contacts, other.tables) == (
        *(world.accounts, world.contacts, world.tables),
    )


def test_planted_differences_of_all_kinds_are_there_and_nothing_else() -> None:
    """Two of each kind, each on an account of its own, and each as its truth says."""
    with running() as control:
        control.post("reset", **TIDY, differences=2 * KINDS)
        planted = control.get("differences")
        found = World.of(control.root).disagreements()
    assert set(Counter(one["kind"] for one in planted).values()) == {2}
    assert len({one["kind"] for one in planted}) == KINDS
    assert found == {one["account_id"]: expected(one) for one in planted}


def test_a_named_difference_on_a_named_account_can_be_undone(agreed: Control, world: World) -> None:
    """Every kind, one after the other, on one account; the truth remembers all of them."""
    account = next(one for one in world.accounts.values() if world.wrong.get(one["Id"]) == set())
    kinds = sorted({one["kind"] for one in agreed.post("differences", count=KINDS)})
    for one in agreed.get("differences"):
        agreed.post(f"differences/{one['id']}/undo")
    for kind in kinds:
        order = {"kind": kind, "account": account["AccountNumber"]}
        (planted,) = agreed.post("differences", **order)
        assert planted["account_number"] == account["AccountNumber"]
        again = requests.post(f"{agreed.url}/differences", json=order, timeout=20)
        assert again.status_code == 400, "there is one already"
        agreed.post(f"differences/{planted['id']}/undo")
    assert World.of(agreed.root).disagreements() == {}
    assert all(one["undone_at"] for one in agreed.get("differences"))
    assert [one["kind"] for one in agreed.get("differences", kind=kinds[0])] == [kinds[0]] * 2


def test_an_unknown_kind_and_a_world_without_room_are_refused(agreed: Control) -> None:
    for order in ({"kind": "nope"}, {"kind": "nobody", "account": "A1"}, {"count": 500}, {"x": 1}):
        answer = requests.post(f"{agreed.url}/differences", json=order, timeout=20)
        assert answer.status_code == 400, order
    assert agreed.get("differences", account_id="nope") == []


def test_a_login_switched_off_has_its_line_behind_the_create_line(agreed: Control) -> None:
    """So that rule L1 can be told from a login that was never on."""
    (planted,) = agreed.post("differences", kind="login-off")
    lines = Admin(agreed.root).history(f"customer/{planted['records']['customer_id']}/history")
    assert [line.split()[0] for line in lines] == ["create", "update"]
    assert "login_activated = false" in lines[1]


def test_a_change_in_flight_arrives_after_the_lag(agreed: Control, world: World) -> None:
    """Both systems disagree until the call-back has come, and agree again then."""
    account = next(key for key, wrong in world.wrong.items() if not wrong)
    change = agreed.post("changes", account=account)
    assert World.of(agreed.root).disagreements() == {account: {"copy address_1"}}
    agreed.settle()
    now = World.of(agreed.root)
    assert now.disagreements() == {}
    assert now.contacts[change["contact_id"]]["Address1"] == change["after"]["address1"]
    (copy,) = now.by("billing_account_contact", "zuora_contact_id", change["contact_id"])
    assert copy["updated_at"] > copy["created_at"]
