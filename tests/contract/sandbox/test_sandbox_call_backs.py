"""What follows a change that somebody makes in Zuora."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora

CONTACT = "billing_account_contact"


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="calls-back")


def test_a_change_by_hand_calls_back(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """CustomersDot's copy follows Zuora, and a new Sold To address gets its Customer."""
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    zuora.call("PUT", path, json={"workEmail": "hand@sync.example"})
    box.settle()
    copy = admin.json(f"{CONTACT}/{fresh['sold_to']['copy_id']}")
    assert copy["work_email"] == "hand@sync.example"
    assert len(admin.json("customer", query="hand@sync.example")) == 1


def test_roles_and_copies_follow_a_new_contact(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A contact made by hand gets a copy, and the billing account points at it."""
    number = fresh["account_number"]
    person = {"accountNumber": number, "firstName": "Neu", "lastName": "Hier"}
    person["workEmail"] = fresh["new"]["email"]
    new = zuora.call("POST", "v1/contacts", json=person).json()["id"]
    zuora.call("PUT", f"v1/accounts/{number}", json={"soldToContactId": new})
    box.settle()
    found = admin.json(CONTACT, query=fresh["new"]["email"])
    copy_id = next(one["id"] for one in found if one["zuora_contact_id"] == new)
    billing = admin.json(f"billing_account/{fresh['billing_account_id']}")
    assert billing["sold_to_contact_id"] == copy_id
    assert billing["bill_to_contact_id"] == fresh["bill_to"]["copy_id"]


def test_missing_copies_are_made_by_the_call_back(box: Control, zuora: Zuora) -> None:
    """An account CustomersDot has no contacts of learns of them."""
    fresh = box.account(copies=False)
    zuora.call("PUT", f"v1/contacts/{fresh['sold_to']['contact_id']}", json={"city": "Delft"})
    box.settle()
    truth = box.truth(fresh["account_number"])["customersdot"]
    (copy,) = truth["contacts"]
    assert (copy["city"], copy["id"]) == ("Delft", truth["billing_account"]["sold_to_contact_id"])


def test_an_address_on_two_accounts_changes_on_one(
    box: Control, admin: Admin, zuora: Zuora
) -> None:
    """Saving the member of A00000010 leaves A00000011, with the same Sold To address, alone."""
    found = admin.json(CONTACT, query="wanda.zwillich")
    assert len(found) == 2
    before = zuora.account("A00000011")
    (customer,) = admin.json("customer", query="wanda.zwillich")
    admin.put(f"customer/{customer['id']}", first_name="Wandelt")
    box.settle()
    assert zuora.account("A00000010")["soldToContact"]["firstName"] == "Wandelt"
    assert zuora.account("A00000011") == before


def test_effects_name_their_cause(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """From the request to the last effect every entry names the one before."""
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", work_email="chain@sync.example")
    box.settle()
    entries = box.writes(account=fresh["account_number"])
    assert [(one["model"], one["origin"]) for one in entries] == [
        (CONTACT, "request"),
        ("contact", "effect"),
        ("customer", "effect"),
    ]
    assert [one["cause_seq"] for one in entries] == [None, entries[0]["seq"], entries[1]["seq"]]
    assert entries[2]["actor"] == "effect:callout"
