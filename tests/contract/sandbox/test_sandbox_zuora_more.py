"""Late reads, lists behind accounts, and what else happens to contacts."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Admin, Control, Zuora


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="more")


def test_reads_can_lag_behind_writes(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """With a read lag every way to read shows the time before; the write itself is done."""
    key = fresh["sold_to"]["contact_id"]
    number = fresh["account_number"]
    before = zuora.account(number)["soldToContact"]["city"]
    box.set(read_lag=3600)
    changed = zuora.call("PUT", f"v1/contacts/{key}", json={"city": "Gent"}).json()
    query = {"filter[]": f"id.EQ:{key}"}
    reads = [
        zuora.call("GET", f"v1/contacts/{key}").json()["city"],
        zuora.account(number)["soldToContact"]["city"],
        zuora.call("GET", f"v1/accounts/{number}/summary").json()["soldToContact"]["city"],
        zuora.query(f"select City from Contact where Id = '{key}'").json()["records"][0]["City"],
        zuora.call("GET", "object-query/contacts", params=query).json()["data"][0]["city"],
        zuora.call("GET", f"v1/subscriptions/accounts/{number}").json()["subscriptions"][0][
            "soldToContact"
        ]["city"],
    ]
    assert (changed["city"], set(reads)) == ("Gent", {before})
    assert box.truth(number)["zuora"]["sold_to"]["city"] == "Gent"
    box.set(read_lag=0)
    assert zuora.call("GET", f"v1/contacts/{key}").json()["city"] == "Gent"


def test_a_late_read_does_not_know_what_is_new(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A contact made a moment ago is not there yet."""
    box.set(read_lag=3600)
    body = {"accountId": fresh["account_id"], "firstName": "Nova", "lastName": "Neu"}
    made = zuora.call("POST", "v1/contacts", json=body).json()["id"]
    assert zuora.call("GET", f"v1/contacts/{made}").status_code == 404
    assert "records" not in zuora.query(f"select Id from Contact where Id = '{made}'").json()


def test_a_late_read_still_knows_what_is_gone(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A deleted contact can be read for a while, as on a live tenant."""
    old = f"v1/contacts/{fresh['bill_to']['contact_id']}"
    body = {"accountId": fresh["account_id"], "firstName": "New", "lastName": "Payer"}
    new = zuora.call("POST", "v1/contacts", json=body).json()["id"]
    zuora.call("PUT", f"v1/accounts/{fresh['account_id']}", json={"billToContactId": new})
    assert zuora.call("DELETE", old).json() == {"success": True}
    box.set(read_lag=3600)
    assert zuora.call("GET", old).json()["firstName"] == fresh["bill_to"]["first_name"]
    box.set(read_lag=0)
    assert zuora.call("GET", old).status_code == 404


def test_the_admin_does_not_lag(box: Control, admin: Admin, fresh: dict[str, Any]) -> None:
    """The lag is Zuora's alone."""
    box.set(read_lag=3600)
    key = fresh["new"]["customer_id"]
    admin.put(f"customer/{key}", first_name="Prompt")
    assert admin.json(f"customer/{key}.json")["first_name"] == "Prompt"


def test_a_locator_expires(box: Control, zuora: Zuora) -> None:
    """After 15 minutes; a setting shortens them."""
    text = "select Id from Account where Status = 'Active'"
    box.set(locator_ttl=0)
    locator = zuora.query(text, batchSize=1).json()["queryLocator"]
    answer = zuora.call("POST", "v1/action/queryMore", json={"queryLocator": locator})
    assert (answer.status_code, answer.json()["FaultCode"]) == (400, "INVALID_QUERY_LOCATOR")


def test_an_invoice_in_full(zuora: Zuora, box: Control, fresh: dict[str, Any]) -> None:
    """By number or id, with its account, its state and its contacts."""
    listed = zuora.call(
        "GET", f"v1/transactions/invoices/accounts/{fresh['account_number']}"
    ).json()
    (row,) = listed["invoices"]
    assert (listed["success"], row["accountNumber"]) == (True, fresh["account_number"])
    one = zuora.call("GET", f"v1/invoices/{row['invoiceNumber']}").json()
    assert one == zuora.call("GET", f"v1/invoices/{row['id']}").json()
    assert (one["success"], one["status"], one["reversed"]) == (True, "Posted", False)
    assert one["soldToContactId"] == fresh["sold_to"]["contact_id"]


def test_lists_go_on_by_address(zuora: Zuora) -> None:
    """`nextPage` is a whole address that keeps the other parameters; the last page has none."""
    path = "v1/transactions/invoices/accounts/A00000001"
    first = zuora.call("GET", path, params={"pageSize": "1", "keep": "me"}).json()
    assert "keep=me" in first["nextPage"]
    second = zuora.http.get(first["nextPage"], timeout=20).json()
    assert "nextPage" not in second
    dates = [page["invoices"][0]["invoiceDate"] for page in (first, second)]
    assert dates == sorted(dates, reverse=True)
    whole = zuora.call("GET", path, params={"pageSize": "4000"}).json()
    assert len(whole["invoices"]) == 2


def test_a_subscription_says_how_it_was_sold(box: Control, zuora: Zuora) -> None:
    """A custom field among the standard ones tells a reseller's from a direct sale."""
    channels = []
    for reseller in (False, True):
        one = box.account(reseller=reseller)
        body = zuora.call("GET", f"v1/subscriptions/accounts/{one['account_number']}").json()
        channels.append(body["subscriptions"][0]["SSPChannel__c"])
    assert channels == ["Direct", "Reseller"]


def test_a_subscription_can_have_a_sold_to_of_its_own(box: Control, zuora: Zuora) -> None:
    """Then the account's does not count for it, and the answer says so."""
    for own in (False, True):
        one = box.account(sold_to_override=own)
        body = zuora.call("GET", f"v1/subscriptions/accounts/{one['account_number']}").json()
        contact = body["subscriptions"][0]["soldToContact"]
        assert contact["isSpecifiedInSubscription"] is own
        assert (contact["workEmail"] == one["sold_to"]["email"]) is not own


def test_invoice_delivery_follows_both_addresses(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Sending an address switches it on while one is left, and off when both are empty."""
    path = f"v1/accounts/{fresh['account_number']}"
    names = {"firstName": "Bill", "lastName": "To"}
    sent = (
        ({"workEmail": "", "personalEmail": ""}, False),
        ({"personalEmail": "bill@home.example"}, True),
        ({"workEmail": ""}, True),
        ({"city": "Gent"}, True),
        ({"personalEmail": ""}, False),
    )
    for fields, flag in sent:
        assert zuora.call("PUT", path, json={"billToContact": names | fields}).ok
        found = zuora.account(fresh["account_number"])["billingAndPayment"]
        assert found["invoiceDeliveryPrefsEmail"] is flag, fields


def test_only_unused_contacts_go(box: Control, zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Neither deletion nor transfer of a contact in a role; both of a free one."""
    used = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    to = {"destinationAccountKey": "A00000001"}
    assert zuora.call("DELETE", used).json()["reasons"][0]["code"] % 100 == 30
    assert zuora.call("PUT", f"{used}/transfer", json=to).status_code == 400
    body = {"accountNumber": fresh["account_number"], "firstName": "Free", "lastName": "Agent"}
    free = f"v1/contacts/{zuora.call('POST', 'v1/contacts', json=body).json()['id']}"
    moved = zuora.call("PUT", f"{free}/transfer", json=to).json()
    assert moved["accountNumber"] == "A00000001"
    assert zuora.call("DELETE", free).json() == {"success": True}
    assert zuora.call("GET", free).status_code == 404


def test_a_scrub_wipes_the_person(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Names and addresses go for good; the record and its country stay."""
    path = f"v1/contacts/{fresh['bill_to']['contact_id']}"
    assert zuora.call("PUT", f"{path}/scrub").json() == {"success": True}
    body = zuora.call("GET", path).json()
    assert (body["firstName"], body["workEmail"]) == (None, None)
    assert body["country"] == "Netherlands"


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({}, 22),
        ({"accountId": "nonsense"}, 40),
        ({"accountNumber": "A00000001", "accountId": "A00000002"}, 20),
    ],
)
def test_a_new_contact_needs_one_account(zuora: Zuora, keys: dict[str, str], code: int) -> None:
    """Id or number, or both of the same."""
    body = {"firstName": "No", "lastName": "Home"} | keys
    answer = zuora.call("POST", "v1/contacts", json=body)
    assert answer.json()["reasons"][0]["code"] % 100 == code
