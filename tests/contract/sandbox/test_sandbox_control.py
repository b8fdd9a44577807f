"""The control itself: the log, the truth, orders, settings, and mistakes in using it."""

import re
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora, running


def test_the_log_can_be_narrowed(box: Control, admin: Admin) -> None:
    """By account, by origin, and to what is new."""
    one, other = box.post("accounts", count=2)
    for fresh in (one, other):
        admin.put(f"customer/{fresh['sold_to']['customer_id']}", first_name="Neu")
    box.settle()
    mine = box.writes(account=one["account_number"])
    assert mine == box.writes(account=one["account_id"])
    assert {entry["zuora_account_id"] for entry in mine} == {one["account_id"]}
    requested = box.writes(account=one["account_number"], origin="request")
    assert [entry["record_id"] for entry in requested] == [str(one["sold_to"]["customer_id"])]
    assert box.writes(since_seq=mine[-1]["seq"] - 1)[0] == mine[-1]
    seqs = [entry["seq"] for entry in box.writes()]
    assert seqs == sorted(seqs)


def test_planting_is_not_in_the_log(box: Control) -> None:
    """The world as it was is nobody's write."""
    fresh = box.account()
    assert box.writes(account=fresh["account_number"]) == []


def test_the_truth_has_both_systems(box: Control) -> None:
    """Accounts, contacts, copies, members and the Customers involved."""
    fresh = box.account(extra_members=2)
    truth = box.truth(fresh["account_number"])
    assert truth["zuora"]["account"]["id"] == fresh["account_id"]
    assert truth["zuora"]["sold_to"]["work_email"] == fresh["sold_to"]["email"]
    assert truth["zuora"]["bill_to"]["id"] == fresh["bill_to"]["contact_id"]
    dot = truth["customersdot"]
    assert dot["billing_account"]["sold_to_contact_id"] == fresh["sold_to"]["copy_id"]
    assert len(dot["memberships"]) == len(dot["customers"]) == 3
    assert truth["pending_effects"] == 0


def test_the_truth_keeps_former_members(box: Control, admin: Admin) -> None:
    """Whoever was taken out is still somebody the judge wants to see."""
    fresh = box.account()
    path = f"billing_account_membership/{fresh['sold_to']['membership_id']}/delete"
    admin.write("DELETE", path)
    customer = fresh["sold_to"]["customer_id"]
    dot = box.truth(fresh["account_number"])["customersdot"]
    assert dot["memberships"] == []
    assert customer in [one["id"] for one in dot["customers"]]


def test_orders_make_distinct_accounts(box: Control) -> None:
    """Numbers look like Zuora's, addresses carry the tag and are never used twice."""
    orders = box.post("accounts", count=30, email_tag="canary-7")
    assert all(re.fullmatch(r"A\d{8}", one["account_number"]) for one in orders)
    parties = [one[party] for one in orders for party in ("sold_to", "bill_to", "new")]
    emails = [one["email"] for one in parties]
    assert len(set(emails)) == 90
    assert all("canary-7" in email and email.endswith(".example") for email in emails)
    assert len({one["account_number"] for one in orders}) == 30


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (True, True, True, None)),
        ({"new_person": "none"}, (True, True, False, None)),
        ({"new_person": "member-elsewhere"}, (True, True, True, True)),
        ({"sold_to_customer": False}, (False, False, True, None)),
        ({"sold_to_member": False}, (True, False, True, None)),
    ],
)
def test_orders_decide_who_is_a_customer(
    box: Control, options: dict[str, Any], expected: tuple[bool, bool, bool, bool | None]
) -> None:
    """Sold To with or without Customer and membership; the new person in three forms."""
    fresh = box.account(**options)
    new_member = fresh["new"]["membership_id"] is not None or None
    assert (
        fresh["sold_to"]["customer_id"] is not None,
        fresh["sold_to"]["membership_id"] is not None,
        fresh["new"]["customer_id"] is not None,
        new_member,
    ) == expected


def test_orders_decide_the_rest(box: Control, zuora: Zuora) -> None:
    """Shared contact, GitLab account, payer, and the age of the invoice."""
    fresh = box.account(shared_contact=True, sold_to_uid="4711", reseller=True)
    assert fresh["sold_to"]["contact_id"] == fresh["bill_to"]["contact_id"]
    truth = box.truth(fresh["account_number"])
    assert truth["customersdot"]["customers"][0]["uid"] == "4711"
    path = f"v1/subscriptions/accounts/{fresh['account_number']}"
    (subscription,) = zuora.call("GET", path).json()["subscriptions"]
    assert subscription["invoiceOwnerAccountNumber"] != fresh["account_number"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("accounts", {"colour": "red"}),
        ("accounts", {"count": 0}),
        ("accounts", {"count": "many"}),
        ("accounts", {"email_tag": "a@b"}),
        ("accounts", {"new_person": "maybe"}),
        ("faults", {"kind": "nope"}),
        ("faults", {"kind": "latency", "wait": 1}),
        ("faults", {"kind": "latency", "path": "("}),
        ("faults", {"kind": "latency", "system": "salesforce"}),
        ("reset", {"seed": "nope"}),
        ("tickets", {}),
        ("mail", {"recipient": "a@b.example", "outcome": "eaten"}),
        ("mailboxes", {"recipient": "a@b.example", "outcome": "eaten"}),
        ("namespaces", {"id": 5}),
    ],
)
def test_mistakes_are_named(box: Control, path: str, body: dict[str, Any]) -> None:
    """400 with a sentence instead of a silent default."""
    answer = requests.post(f"{box.url}/{path}", json=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "body", [{"lag": -1}, {"lag": "1"}, {"nope": 1}, {"sold_to_replacement": "x"}, {"lag": True}]
)
def test_bad_settings_change_nothing(box: Control, body: dict[str, Any]) -> None:
    """All or nothing."""
    before = box.get("settings")
    answer = requests.put(f"{box.url}/settings", json={"token_ttl": 5} | body, timeout=20)
    assert answer.status_code == 400
    assert box.get("settings") == before


def test_what_is_unknown_is_404(box: Control) -> None:
    """Accounts and faults that are not there."""
    for path in ("accounts/A9", "faults/9999", "nothing"):
        assert requests.get(f"{box.url}/{path}", timeout=20).status_code == 404


def test_a_reset_brings_the_first_state_back() -> None:
    """World, log, settings and faults; the same ids again, or an empty world."""
    with running(lag=0.01) as box:
        admin, zuora = Admin(box.root), Zuora(box.root)
        before = zuora.account("A00000001")
        fresh = box.account()
        box.set(lag=9)
        admin.put("customer/1", first_name="Anders")
        box.fault("refuse", path="nowhere")
        box.post("reset")
        assert box.writes() == box.get("faults") == []
        assert box.get("settings")["lag"] == 0.01
        assert Zuora(box.root).account("A00000001") == before
        assert box.account() == fresh
        box.post("reset", seed=None)
        assert Zuora(box.root).query("select Id from Account").json()["size"] == 0


def test_effects_run_by_themselves() -> None:
    """With a short lag nobody has to ask; `wait` answers once all is done."""
    with running(lag=0.01) as box:
        admin, zuora = Admin(box.root), Zuora(box.root)
        fresh = box.account()
        admin.put(f"customer/{fresh['sold_to']['customer_id']}", first_name="Selbst")
        state = box.get("effects", wait=20)
        assert (state["pending"], state["failed"]) == (0, [])
        account = zuora.account(fresh["account_number"])
        assert account["soldToContact"]["firstName"] == "Selbst"


def test_call_backs_can_have_a_lag_of_their_own(box: Control, admin: Admin) -> None:
    """The sync can be there while its call-back still waits."""
    with running(lag=0, callout_lag=3600) as own:
        admin = Admin(own.root)
        fresh = own.account()
        admin.put(f"customer/{fresh['sold_to']['customer_id']}", first_name="Erst")
        while not own.writes(model="contact"):
            pass
        (waiting,) = own.get("effects")["effects"]
        assert waiting["kind"] == "callout"
        assert own.truth(fresh["account_number"])["pending_effects"] == 1
