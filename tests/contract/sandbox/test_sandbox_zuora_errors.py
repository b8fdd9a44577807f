"""The four error shapes of Zuora, what leads to them, and what callers may send."""

import gzip
import json
from typing import Any

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import CLIENT, Control, Zuora

READER = CLIENT | {
    "client_id": "5a4dbc0e-0000-4000-8000-000000000002",
    "client_secret": "sandbox-zuora-reader",
}


@pytest.fixture
def fresh(box: Control) -> dict[str, Any]:
    return box.account(email_tag="err")


def category(answer: requests.Response) -> int:
    """The category of the first reason; shape 1 throughout."""
    body = answer.json()
    assert sorted(body) == ["processId", "reasons", "requestId", "success"]
    assert body["success"] is False
    return int(body["reasons"][0]["code"]) % 100


def test_an_encoded_slash_belongs_to_the_key(zuora: Zuora) -> None:
    """`A%2F0%201` is one key, unknown here; with a plain slash there is no such path."""
    encoded = zuora.call("GET", "v1/accounts/A%2F0%201")
    assert (encoded.status_code, category(encoded)) == (404, 40)
    assert "'A/0 1'" in encoded.json()["reasons"][0]["message"]
    plain = zuora.call("GET", "v1/accounts/A/0")
    assert (plain.status_code, "reasons" in plain.json()) == (404, False)


def test_a_method_that_is_not_there(zuora: Zuora) -> None:
    """405, category 45."""
    answer = zuora.call("DELETE", "v1/accounts/A00000001")
    assert (answer.status_code, category(answer)) == (405, 45)


def test_a_body_that_is_not_json(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """415 for another content type, 400 with category 90 for broken JSON."""
    headers = {"Content-Type": "application/json"}
    for kind in ("contacts", "object/contact"):
        path = f"v1/{kind}/{fresh['sold_to']['contact_id']}"
        other = zuora.call("PUT", path, data="city=Gent")
        assert (other.status_code, category(other)) == (415, 45)
        for data in ("{", "[]", ""):
            broken = zuora.call("PUT", path, data=data, headers=headers)
            assert (broken.status_code, category(broken)) == (400, 90)


def test_a_body_may_be_compressed(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """gzip is understood, and broken gzip is a malformed body."""
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    data = gzip.compress(json.dumps({"city": "Gent"}).encode())
    assert zuora.call("PUT", path, data=data, headers=headers).json()["city"] == "Gent"
    assert category(zuora.call("PUT", path, data=b"no gzip", headers=headers)) == 90


def test_a_reader_may_read_and_not_write(box: Control, fresh: dict[str, Any]) -> None:
    """Without "API Write Access": queries work although they are POSTs; writes are 403."""
    token = requests.post(f"{box.root}/zuora/oauth/token", data=READER, timeout=20).json()
    reader = Zuora(box.root)
    reader.http.headers["Authorization"] = f"Bearer {token['access_token']}"
    assert reader.account("A00000001")["success"] is True
    assert reader.query("select Id from Account").status_code == 200
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    answer = reader.call("PUT", path, json={"city": "Gent"})
    assert (answer.status_code, category(answer)) == (403, 10)
    assert box.writes(account=fresh["account_number"]) == []


def test_an_inactive_user_kills_their_clients(box: Control, zuora: Zuora) -> None:
    """No new token (403, with the path), and the old ones are void."""
    box.set(client_active=False)
    answer = requests.post(f"{box.root}/zuora/oauth/token", data=CLIENT, timeout=20)
    assert (answer.status_code, answer.json()["path"]) == (403, "/oauth/token")
    assert zuora.call("GET", "v1/accounts/A00000001").status_code == 401
    box.set(client_active=True)
    assert zuora.call("GET", "v1/accounts/A00000001").status_code == 200


def test_an_overlong_address_is_answered_in_html(zuora: Zuora) -> None:
    """414 from the gateway: a JSON decoder must be guarded."""
    answer = zuora.call("GET", "v1/accounts/" + "A" * 9000)
    assert answer.status_code == 414
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Service Unavailable" in answer.text


@pytest.mark.parametrize("track", ["x" * 65, "a:b", "a;b", 'a"b', "a'b", "gr\u00fcn"])
def test_bad_track_ids_are_refused(zuora: Zuora, track: str) -> None:
    """At most 64 ASCII characters, and an ISO time stamp is not one."""
    headers = {"Zuora-Track-Id": track.encode()}
    answer = zuora.call("GET", "v1/accounts/A00000001", headers=headers)
    assert (answer.status_code, category(answer)) == (400, 20)
    assert "Zuora-Track-Id" not in answer.headers


def test_a_good_track_id_comes_back(zuora: Zuora) -> None:
    """Beside an id of Zuora's own with 36 characters."""
    track = "x" * 64
    answer = zuora.call("GET", "v1/accounts/A00000001", headers={"Zuora-Track-Id": track})
    assert answer.headers["Zuora-Track-Id"] == track
    assert len(answer.headers["Zuora-Request-Id"]) == 36


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"county": "x" * 33}, 20),
        ({"taxRegion": "x" * 33}, 20),
        ({"workPhone": "1" * 41}, 20),
        ({"mobilePhone": "1" * 41}, 20),
        ({"nickname": "x" * 101}, 20),
        ({"contactDescription": "x" * 101}, 20),
        ({"otherPhoneType": "Pager"}, 20),
        ({"lastName": "Smile \U0001f600"}, 20),
        ({"accountNumber": "A00000001"}, 20),
        ({"country": ""}, 22),
        ({"country": "US", "state": None}, 22),
    ],
)
def test_what_a_contact_does_not_take(
    zuora: Zuora, fresh: dict[str, Any], fields: dict[str, Any], expected: int
) -> None:
    """Lengths, choices, four-byte characters, and what tax needs of a Sold To."""
    answer = zuora.call("PUT", f"v1/contacts/{fresh['sold_to']['contact_id']}", json=fields)
    assert (answer.status_code, category(answer)) == (400, expected)


def test_tax_is_a_setting_and_the_sold_tos_business(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """A separate Bill To may lose its country; with tax off so may the Sold To."""
    bill_to, sold_to = (
        f"v1/contacts/{fresh[role]['contact_id']}" for role in ("bill_to", "sold_to")
    )
    assert zuora.call("PUT", bill_to, json={"country": ""}).status_code == 200
    box.set(zuora_tax=False)
    assert zuora.call("PUT", sold_to, json={"country": ""}).json()["country"] == ""


def test_codes_come_back_as_full_names(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """Of countries, and of states where they have codes."""
    path = f"v1/contacts/{fresh['sold_to']['contact_id']}"
    body = zuora.call("PUT", path, json={"country": "US", "state": "WA"}).json()
    assert (body["country"], body["state"]) == ("United States", "Washington")
    body = zuora.call("PUT", path, json={"country": "France", "state": "WA"}).json()
    assert (body["country"], body["state"]) == ("France", "WA")


def crud(zuora: Zuora, method: str, path: str, **options: Any) -> Any:
    answer = zuora.call(method, f"v1/{path}", **options)
    assert answer.status_code == 200
    return answer.json()


def test_crud_calls_have_names_and_errors_of_their_own(
    box: Control, zuora: Zuora, fresh: dict[str, Any]
) -> None:
    """The older way to give a role to a new contact; failures are HTTP 200 in shape 2."""
    fields = {"AccountId": fresh["account_id"], "FirstName": "Cora", "LastName": "Rud"}
    made = crud(zuora, "POST", "object/contact", json=fields)
    path = f"object/account/{fresh['account_id']}"
    assert crud(zuora, "PUT", path, json={"SoldToId": made["Id"]})["Success"] is True
    assert crud(zuora, "GET", path)["SoldToId"] == made["Id"]
    assert crud(zuora, "GET", f"object/contact/{made['Id']}")["FirstName"] == "Cora"
    foreign = zuora.account("A00000001")["soldToContact"]["id"]
    refused = crud(zuora, "PUT", path, json={"SoldToId": foreign})
    assert refused["Success"] is False
    assert refused["Errors"][0]["Code"] == "INVALID_VALUE"
    missing = crud(zuora, "POST", "object/contact", json={"AccountId": fresh["account_id"]})
    assert [one["Code"] for one in missing["Errors"]] == ["MISSING_REQUIRED_VALUE"] * 2
    used = crud(zuora, "DELETE", f"object/contact/{made['Id']}")
    assert used["Errors"][0]["Code"] == "CANNOT_DELETE"


def test_unknown_fields_are_refused_on_request(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """`rejectUnknownFields` exists on CRUD and action calls; without it they are ignored."""
    key = fresh["sold_to"]["contact_id"]
    body = {"City": "Gent", "Nonsense": 1}
    path = f"object/contact/{key}"
    refused = crud(zuora, "PUT", path, json=body, params={"rejectUnknownFields": "true"})
    assert refused["Errors"][0] == {"Code": "INVALID_FIELD", "Message": "Unknown field: Nonsense"}
    assert crud(zuora, "GET", path).get("City") != "Gent"
    assert crud(zuora, "PUT", path, json=body)["Success"] is True
    assert crud(zuora, "GET", path)["City"] == "Gent"


def test_actions_do_many_at_once(zuora: Zuora, fresh: dict[str, Any]) -> None:
    """One result for each, failures among successes."""
    fields = {"AccountId": fresh["account_id"], "FirstName": "Act", "LastName": "Ion"}
    call = {"type": "Contact", "objects": [fields, fields | {"AccountId": "none"}]}
    good, bad = crud(zuora, "POST", "action/create", json=call)
    assert (good["Success"], bad["Errors"][0]["Code"]) == (True, "INVALID_ID")
    changed = {"type": "Contact", "objects": [{"Id": good["Id"], "City": "Gent"}]}
    assert crud(zuora, "POST", "action/update", json=changed)[0]["Success"] is True
    assert crud(zuora, "GET", f"object/contact/{good['Id']}")["City"] == "Gent"
    gone, used = crud(
        zuora,
        "POST",
        "action/delete",
        json={"type": "Contact", "ids": [good["Id"], fresh["sold_to"]["contact_id"]]},
    )
    assert (gone["Success"], used["Errors"][0]["Code"]) == (True, "CANNOT_DELETE")
    assert zuora.call("GET", f"v1/contacts/{good['Id']}").status_code == 404
    assert category(zuora.call("POST", "v1/action/create", json={"type": "Account"})) == 20
