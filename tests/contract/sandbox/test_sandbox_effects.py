"""The side effects that make the order of the workflow matter (rules G1 to G4)."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora

CONTACT = "billing_account_contact"
MEMBERSHIP = "billing_account_membership"


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="effects")


def join(admin: Admin, fresh: dict[str, Any], party: str = "new") -> None:
    """Make somebody a member of the account."""
    pair = {
        "customer_id": fresh[party]["customer_id"],
        "billing_account_id": fresh["billing_account_id"],
    }
    assert admin.write("POST", f"{MEMBERSHIP}/new.json", json={MEMBERSHIP: pair}).ok


def people(zuora: Zuora, fresh: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sold To and Bill To in Zuora."""
    account = zuora.account(fresh["account_number"])
    return account["soldToContact"], account["billToContact"]


def test_nothing_arrives_before_its_time(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Until the effect runs Zuora is unchanged, and the account says that something waits."""
    admin.put(f"customer/{fresh['sold_to']['customer_id']}", first_name="Spaeter")
    assert people(zuora, fresh)[0]["firstName"] == fresh["sold_to"]["first_name"]
    assert box.truth(fresh["account_number"])["pending_effects"] == 1
    box.settle()
    assert people(zuora, fresh)[0]["firstName"] == "Spaeter"
    assert box.truth(fresh["account_number"])["pending_effects"] == 0


def test_g1_updates_the_contact_with_the_same_address(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Names follow, the other role stays."""
    before = people(zuora, fresh)
    admin.put(f"customer/{fresh['sold_to']['customer_id']}", last_name="Folgt")
    box.settle()
    sold_to, bill_to = people(zuora, fresh)
    assert sold_to == before[0] | {"lastName": "Folgt"}
    assert bill_to == before[1]


def test_g1_compares_addresses_regardless_of_case(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A contact whose address differs in case only is the Customer's own, not replaced."""
    box.set(sold_to_replacement="repoint")
    loud = {"workEmail": fresh["sold_to"]["email"].upper()}
    zuora.call("PUT", f"v1/contacts/{fresh['sold_to']['contact_id']}", json=loud)
    admin.put(f"customer/{fresh['sold_to']['customer_id']}", first_name="Gleich")
    box.settle()
    sold_to, _ = people(zuora, fresh)
    assert sold_to["id"] == fresh["sold_to"]["contact_id"]
    assert (sold_to["firstName"], sold_to["workEmail"]) == ("Gleich", loud["workEmail"])


def test_g1_reaches_the_bill_to_by_its_address(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A member with the Bill To's address updates the Bill To and replaces nobody."""
    person = {"first_name": "Rechnung", "last_name": "Da", "email": fresh["bill_to"]["email"]}
    created = admin.write("POST", "customer/new.json", json={"customer": person}).json()
    join(admin, fresh | {"new": {"customer_id": int(created["id"])}})
    box.settle()
    sold_to, bill_to = people(zuora, fresh)
    assert bill_to["firstName"] == "Rechnung"
    assert sold_to["workEmail"] == fresh["sold_to"]["email"]


def test_g1_overwrites_the_sold_to_in_place(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A member whose address no contact has becomes the Sold To; the record keeps its id."""
    join(admin, fresh)
    admin.save(f"customer/{fresh['new']['customer_id']}/edit")
    box.settle()
    sold_to, bill_to = people(zuora, fresh)
    assert sold_to["id"] == fresh["sold_to"]["contact_id"]
    assert sold_to["workEmail"] == fresh["new"]["email"]
    assert sold_to["country"] == "Netherlands"
    assert bill_to["workEmail"] == fresh["bill_to"]["email"]


def test_g1_can_point_the_sold_to_elsewhere(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """With `repoint` a new contact is linked, the old one stays, and CustomersDot follows."""
    box.set(sold_to_replacement="repoint")
    join(admin, fresh)
    admin.save(f"customer/{fresh['new']['customer_id']}/edit")
    box.settle()
    sold_to, _ = people(zuora, fresh)
    assert sold_to["id"] != fresh["sold_to"]["contact_id"]
    assert (sold_to["workEmail"], sold_to["country"]) == (fresh["new"]["email"], "Netherlands")
    truth = box.truth(fresh["account_number"])
    assert len(truth["zuora"]["contacts"]) == 3
    copies = {copy["id"]: copy["zuora_contact_id"] for copy in truth["customersdot"]["contacts"]}
    billing = truth["customersdot"]["billing_account"]
    assert copies[billing["sold_to_contact_id"]] == sold_to["id"]


@pytest.mark.parametrize(("mode", "bill_follows"), [("overwrite", True), ("repoint", False)])
def test_g1_on_a_shared_contact(
    box: Control, admin: Admin, zuora: Zuora, mode: str, bill_follows: bool
) -> None:
    """Overwriting takes the Bill To along, re-pointing does not."""
    box.set(sold_to_replacement=mode)
    fresh = box.account(shared_contact=True)
    join(admin, fresh)
    admin.save(f"customer/{fresh['new']['customer_id']}/edit")
    box.settle()
    sold_to, bill_to = people(zuora, fresh)
    assert sold_to["workEmail"] == fresh["new"]["email"]
    assert (bill_to["workEmail"] == fresh["new"]["email"]) is bill_follows


@pytest.mark.parametrize("syncs", [True, False])
def test_whether_an_unchanged_save_syncs_is_a_setting(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any], syncs: bool
) -> None:
    """The touch of the original Sold To may or may not bring them back."""
    join(admin, fresh)
    admin.put(f"customer/{fresh['new']['customer_id']}", first_name="Ersatz")
    box.settle()
    assert people(zuora, fresh)[0]["workEmail"] == fresh["new"]["email"]
    box.set(unchanged_save_syncs=syncs)
    admin.save(f"customer/{fresh['sold_to']['customer_id']}/edit")
    box.settle()
    restored = people(zuora, fresh)[0]["workEmail"] == fresh["sold_to"]["email"]
    assert restored is syncs


def test_g3_memberships_do_not_touch_zuora(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """Neither making nor removing one."""
    before = box.truth(fresh["account_number"])["zuora"]
    join(admin, fresh)
    admin.write("DELETE", f"{MEMBERSHIP}/{fresh['sold_to']['membership_id']}/delete")
    assert box.truth(fresh["account_number"])["pending_effects"] == 0
    assert box.truth(fresh["account_number"])["zuora"] == before
    assert {one["system"] for one in box.writes(account=fresh["account_number"])} == {
        "customersdot"
    }


def test_a_customer_without_membership_reaches_no_account(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """Their save has no account to sync to, even if a contact has their address."""
    before = box.truth(fresh["account_number"])["zuora"]
    admin.put(f"customer/{fresh['new']['customer_id']}", first_name="Allein")
    box.settle()
    assert box.truth(fresh["account_number"])["zuora"] == before


def test_the_account_is_looked_up_when_the_effect_runs(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A save shortly before the membership still replaces the Sold To."""
    admin.put(f"customer/{fresh['new']['customer_id']}", first_name="Frueh")
    join(admin, fresh)
    assert box.truth(fresh["account_number"])["pending_effects"] == 1
    box.settle()
    assert people(zuora, fresh)[0]["workEmail"] == fresh["new"]["email"]


def test_a_parked_address_does_not_sync(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Only the confirmed address counts for G1."""
    path = f"customer/{fresh['sold_to']['customer_id']}"
    admin.put(path, email="parked@sync.example")
    box.settle()
    assert people(zuora, fresh)[0]["workEmail"] == fresh["sold_to"]["email"]


def test_renaming_the_sold_tos_customer_moves_the_sold_to(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """C6: with confirmation skipped, Zuora and the copy follow and no Customer is created."""
    path = f"customer/{fresh['sold_to']['customer_id']}"
    before = len(admin.json("customer", all="true"))
    admin.save(f"{path}/edit", email="c6@sync.example", skip_email_confirmation="1")
    box.settle()
    assert people(zuora, fresh)[0]["workEmail"] == "c6@sync.example"
    copy = admin.json(f"{CONTACT}/{fresh['sold_to']['copy_id']}")
    assert copy["work_email"] == "c6@sync.example"
    assert len(admin.json("customer", all="true")) == before


def test_a_contact_save_writes_through(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Exactly the changed fields reach the Zuora contact."""
    before, bill_to = people(zuora, fresh)
    path = f"{CONTACT}/{fresh['sold_to']['copy_id']}"
    assert admin.save(f"{path}/edit", postal_code="2611 XX", city="Delft").status_code == 302
    box.settle()
    changed = {"zipCode": "2611 XX", "city": "Delft"}
    assert people(zuora, fresh) == (before | changed, bill_to)


def test_a_write_through_sends_only_what_was_changed(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A field of the copy that is out of date does not travel."""
    contact = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    zuora.call("PUT", contact, json={"lastName": "Vonhand"})
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", city="Delft")
    box.settle()
    sold_to, _ = people(zuora, fresh)
    assert (sold_to["lastName"], sold_to["city"]) == ("Vonhand", "Delft")


def test_g4_an_address_without_a_customer_gets_one(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """The trap of changing the contact first."""
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", work_email="ghost@sync.example")
    assert admin.json("customer", query="ghost@sync.example") == []
    box.settle()
    (ghost,) = admin.json("customer", query="ghost@sync.example")
    assert ghost["first_name"] == fresh["sold_to"]["first_name"]
    customers = box.truth(fresh["account_number"])["customersdot"]["customers"]
    assert ghost["id"] in [one["id"] for one in customers]


def test_g4_finds_a_customer_whatever_the_case(
    box: Control, admin: Admin, fresh: dict[str, Any]
) -> None:
    """An address that differs in case only is the same Customer's."""
    before = len(admin.json("customer", all="true"))
    email = fresh["new"]["email"].upper()
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", work_email=email)
    box.settle()
    assert len(admin.json("customer", all="true")) == before


def test_g4_is_about_the_sold_to_only(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A new Bill To address creates nobody."""
    admin.put(f"{CONTACT}/{fresh['bill_to']['copy_id']}", work_email="bill@sync.example")
    box.settle()
    assert admin.json("customer", query="bill@sync.example") == []


def test_g4_looks_when_it_runs(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """A Customer who appears before the call-back is found; no second one is made."""
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", work_email="just@sync.example")
    person = {"first_name": "Just", "last_name": "Intime", "email": "just@sync.example"}
    admin.write("POST", "customer/new.json", json={"customer": person})
    box.settle()
    (found,) = admin.json("customer", query="just@sync.example")
    assert found["first_name"] == "Just"


def test_the_documented_change_of_contact(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """C5 in its order: new member in, old member out, contact edited; no Customer is created."""
    before = len(admin.json("customer", all="true"))
    join(admin, fresh)
    admin.write("DELETE", f"{MEMBERSHIP}/{fresh['sold_to']['membership_id']}/delete")
    new = fresh["new"]
    names = {"first_name": new["first_name"], "last_name": new["last_name"]}
    admin.save(f"{CONTACT}/{fresh['sold_to']['copy_id']}/edit", work_email=new["email"], **names)
    box.settle()
    sold_to, bill_to = people(zuora, fresh)
    assert (sold_to["workEmail"], sold_to["firstName"]) == (new["email"], new["first_name"])
    assert bill_to["workEmail"] == fresh["bill_to"]["email"]
    truth = box.truth(fresh["account_number"])["customersdot"]
    assert [one["customer_id"] for one in truth["memberships"]] == [new["customer_id"]]
    assert len(admin.json("customer", all="true")) == before


def test_the_documented_mistake(
    box: Control, admin: Admin, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Saving the old member's Customer after the contact edit takes the Sold To back."""
    join(admin, fresh)
    admin.put(f"{CONTACT}/{fresh['sold_to']['copy_id']}", work_email=fresh["new"]["email"])
    box.settle()
    admin.save(f"customer/{fresh['sold_to']['customer_id']}/edit")
    box.settle()
    assert people(zuora, fresh)[0]["workEmail"] == fresh["sold_to"]["email"]
