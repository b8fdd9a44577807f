"""Changes made by hand in Zuora, the way Billing makes them."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Control, Zuora


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account()


def test_a_contact_can_be_changed(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Only what is sent changes, the answer shows it, and the log names who did it."""
    contact_id = fresh["sold_to"]["contact_id"]
    answer = zuora.call(
        "PUT",
        f"v1/contacts/{contact_id}",
        json={"lastName": "Umbenannt"},
        headers={"X-Sandbox-Actor": "billing", "Zuora-Track-Id": "hand-1"},
    )
    assert answer.json()["lastName"] == "Umbenannt"
    assert answer.json()["firstName"] == fresh["sold_to"]["first_name"]
    (entry,) = box.writes(account=fresh["account_number"])
    assert entry["before"] == {"last_name": fresh["sold_to"]["last_name"]}
    assert entry["after"] == {"last_name": "Umbenannt"}
    assert (entry["actor"], entry["request_id"], entry["origin"]) == (
        "billing",
        "hand-1",
        "request",
    )


def test_unknown_fields_are_ignored(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """A misspelt field is no error and changes nothing."""
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    assert zuora.call("PUT", path, json={"lastNam": "X"}).status_code == 200
    assert box.writes(account=fresh["account_number"]) == []


@pytest.mark.parametrize(
    ("body", "category"),
    [
        ({"workEmail": "x" * 81}, 20),
        ({"firstName": ""}, 22),
        ({"lastName": "\N{SLIGHTLY SMILING FACE}"}, 20),
        ({"accountId": "1"}, 20),
    ],
)
def test_unusable_contact_fields_are_refused(
    box: Control, zuora: Zuora, fresh: dict[str, Any], body: dict[str, str], category: int
) -> None:
    """A bad value is a 400 and nothing is written."""
    answer = zuora.call("PUT", f"v1/contacts/{fresh['sold_to']['contact_id']}", json=body)
    assert answer.status_code == 400
    assert answer.json()["reasons"][0]["code"] % 100 == category
    assert box.writes(account=fresh["account_number"]) == []


def test_all_reasons_are_given(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Two mistakes are two reasons."""
    body = {"firstName": "", "workEmail": "x" * 81}
    answer = zuora.call("PUT", f"v1/contacts/{fresh['sold_to']['contact_id']}", json=body)
    assert len(answer.json()["reasons"]) == 2


def test_put_refuses_idempotency_keys(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Idempotency keys are for POST and PATCH."""
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    answer = zuora.call("PUT", path, json={"city": "Delft"}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["reasons"][0]["message"]


def test_a_bill_to_email_in_an_account_flips_invoice_delivery(
    zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """Emptying the nested e-mail turns delivery off, setting it turns it on."""
    path = f"v1/accounts/{fresh['account_number']}"
    person = {"firstName": "Bea", "lastName": "Bill"}
    for email, expected in (("", False), ("bea@bill.example", True)):
        zuora.call("PUT", path, json={"billToContact": person | {"workEmail": email}})
        settings = zuora.account(fresh["account_number"])["billingAndPayment"]
        assert settings["invoiceDeliveryPrefsEmail"] is expected


def test_a_nested_contact_needs_names(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Within an account both names are required."""
    path = f"v1/accounts/{fresh['account_number']}"
    answer = zuora.call("PUT", path, json={"soldToContact": {"workEmail": "a@b.example"}})
    assert answer.status_code == 400


def test_editing_a_shared_contact_changes_both_roles(box: Control, zuora: Zuora) -> None:
    """One record in two roles shows the change in both."""
    number = box.account(shared_contact=True)["account_number"]
    person = {"firstName": "Solo", "lastName": "Shared"}
    zuora.call("PUT", f"v1/accounts/{number}", json={"soldToContact": person})
    assert zuora.account(number)["billToContact"]["lastName"] == "Shared"


def test_a_role_can_be_pointed_at_a_new_contact(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A new contact of the account can take over a role; the old record stays as it is."""
    number = fresh["account_number"]
    person = {"accountNumber": number, "firstName": "Neu", "lastName": "Hier"}
    new = zuora.call("POST", "v1/contacts", json=person).json()["id"]
    zuora.call("PUT", f"v1/accounts/{number}", json={"soldToContactId": new})
    assert zuora.account(number)["soldToContact"]["id"] == new
    old = zuora.call("GET", f"v1/contacts/{fresh['sold_to']['contact_id']}").json()
    assert old["workEmail"] == fresh["sold_to"]["email"]


def test_a_role_cannot_be_given_to_another_accounts_contact(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """The contact must be one of the account's own."""
    foreign = box.account()["sold_to"]["contact_id"]
    path = f"v1/accounts/{fresh['account_number']}"
    answer = zuora.call("PUT", path, json={"soldToContactId": foreign})
    assert answer.status_code == 400
    assert box.writes(account=fresh["account_number"]) == []


def test_a_refused_change_is_refused_as_a_whole(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A good part of a request is not kept when another part is bad."""
    person = {"firstName": "Halb", "lastName": "Gut"}
    body = {"soldToContact": person, "billToContactId": box.account()["sold_to"]["contact_id"]}
    path = f"v1/accounts/{fresh['account_number']}"
    before = zuora.account(fresh["account_number"])
    assert zuora.call("PUT", path, json=body).status_code == 400
    assert zuora.account(fresh["account_number"]) == before
    assert box.writes(account=fresh["account_number"]) == []
