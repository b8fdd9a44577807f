"""Zuora's answers: shapes, statuses, headers and tokens."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from tests.contract.sandbox.sandbox_peers import CLIENT, Control, Zuora


def test_an_account_is_found_by_number_and_by_id(box: Control, zuora: Zuora) -> None:
    """Both keys lead to the same account."""
    by_number = zuora.account("A00000001")
    assert zuora.account(by_number["basicInfo"]["id"]) == by_number
    assert by_number["success"] is True


def test_separate_contacts_have_separate_ids(zuora: Zuora) -> None:
    """The plain demo account has two people in two records."""
    account = zuora.account("A00000001")
    assert account["soldToContact"]["workEmail"] == "orla.finchley@brightwater.example"
    assert account["soldToContact"]["id"] != account["billToContact"]["id"]


def test_a_shared_contact_is_one_record(zuora: Zuora) -> None:
    """Only the id shows that both roles are one record."""
    account = zuora.account("A00000004")
    assert account["soldToContact"]["id"] == account["billToContact"]["id"]


def test_unset_values_are_both_empty_and_null(zuora: Zuora) -> None:
    """Within an account some unset fields are "" and others null."""
    contact = zuora.account("A00000001")["soldToContact"]
    assert (contact["personalEmail"], contact["county"]) == ("", None)


def test_the_summary_has_shorter_contacts(zuora: Zuora) -> None:
    """The summary's contacts lack fields that the account's have."""
    contact = zuora.call("GET", "v1/accounts/A00000001/summary").json()["soldToContact"]
    assert "workEmail" in contact
    assert "personalEmail" not in contact


def test_the_summary_has_a_recent_invoice(zuora: Zuora) -> None:
    """The newest invoice is first and its date is the account's last one."""
    body = zuora.call("GET", "v1/accounts/A00000001/summary").json()
    newest = body["invoices"][0]["invoiceDate"]
    assert body["basicInfo"]["lastInvoiceDate"] == newest
    assert date.fromisoformat(newest) > datetime.now(UTC).date() - timedelta(days=365)


def test_an_old_purchase_has_no_recent_invoice(zuora: Zuora) -> None:
    """A00000008's last invoice is older than twelve months."""
    info = zuora.call("GET", "v1/accounts/A00000008/summary").json()["basicInfo"]
    assert date.fromisoformat(info["lastInvoiceDate"]) < datetime.now(UTC).date() - timedelta(365)


def test_an_account_without_invoices_has_no_last_date(box: Control, zuora: Zuora) -> None:
    """`lastInvoiceDate` is null when there never was an invoice."""
    fresh = box.account(invoice_age_days=None)
    body = zuora.call("GET", f"v1/accounts/{fresh['account_number']}/summary").json()
    assert (body["basicInfo"]["lastInvoiceDate"], body["invoices"]) == (None, [])


def test_the_summary_can_leave_usage_out(zuora: Zuora) -> None:
    """`excludeUsage=true` drops the key."""
    path = "v1/accounts/A00000001/summary"
    assert "usage" in zuora.call("GET", path).json()
    assert "usage" not in zuora.call("GET", path, params={"excludeUsage": "true"}).json()


def test_a_contact_is_flat(zuora: Zuora) -> None:
    """A contact on its own is flat and names its account."""
    contact_id = zuora.account("A00000001")["soldToContact"]["id"]
    contact = zuora.call("GET", f"v1/contacts/{contact_id}").json()
    assert contact["success"] is True
    assert contact["accountNumber"] == "A00000001"
    assert contact["personalEmail"] is None


def test_a_reseller_purchase_has_another_invoice_owner(zuora: Zuora) -> None:
    """The subscription names both owners, and the invoices are the reseller's."""
    body = zuora.call("GET", "v1/subscriptions/accounts/A00000007").json()
    (subscription,) = body["subscriptions"]
    assert subscription["accountNumber"] == "A00000007"
    assert subscription["invoiceOwnerAccountNumber"] == "A00000777"
    assert zuora.call("GET", "v1/accounts/A00000007/summary").json()["invoices"] == []
    assert "nextPage" not in body


def test_what_an_account_only_pays_for_is_not_in_its_list(zuora: Zuora) -> None:
    """Subscriptions are listed by owner, not by payer."""
    body = zuora.call("GET", "v1/subscriptions/accounts/A00000777").json()
    assert {one["accountNumber"] for one in body["subscriptions"]} == {"A00000777"}


def test_an_invoice_is_found_by_number(zuora: Zuora) -> None:
    """One invoice, with its status."""
    summary = zuora.call("GET", "v1/accounts/A00000001/summary").json()
    number = summary["invoices"][0]["invoiceNumber"]
    body = zuora.call("GET", f"v1/invoices/{number}").json()
    assert (body["success"], body["status"]) == (True, "Posted")
    assert body["accountId"] == summary["basicInfo"]["id"]


@pytest.mark.parametrize("path", ["accounts/A9", "contacts/9", "invoices/9", "accounts/9/summary"])
def test_what_is_missing_is_404_in_new_versions(zuora: Zuora, path: str) -> None:
    """A category-40 reason, with a real status since 2024-05-20."""
    answer = zuora.call("GET", f"v1/{path}")
    assert answer.status_code == 404
    assert answer.json()["success"] is False
    assert answer.json()["reasons"][0]["code"] % 100 == 40


@pytest.mark.parametrize("version", ["", "2024-05-19", "257.0"])
def test_old_versions_fail_with_200(box: Control, version: str) -> None:
    """Without a recent version every failure is HTTP 200 with `success` false."""
    answer = Zuora(box.root, version).call("GET", "v1/accounts/A9")
    assert (answer.status_code, answer.json()["success"]) == (200, False)


def test_every_answer_is_labelled(zuora: Zuora) -> None:
    """The track id comes back, the request id and the rate limit are there."""
    answer = zuora.call("GET", "v1/accounts/A00000001", headers={"Zuora-Track-Id": "run-7"})
    assert answer.headers["Zuora-Track-Id"] == "run-7"
    assert len(answer.headers["Zuora-Request-Id"]) == 36
    assert "RateLimit-Remaining" in answer.headers


def test_connections_stay_open(zuora: Zuora) -> None:
    """HTTP/1.1 with keep-alive: nothing announces a close."""
    answer = zuora.call("GET", "v1/accounts/A00000001")
    assert answer.raw.version == 11
    assert "close" not in answer.headers.get("Connection", "")


def test_an_unknown_token_is_401_in_the_gateway_shape(box: Control, zuora: Zuora) -> None:
    """The gateway's refusal has no `reasons` and ignores the version."""
    zuora.http.headers["Authorization"] = "Bearer 0"
    answer = zuora.call("GET", "v1/accounts/A00000001")
    assert (answer.status_code, answer.json()) == (401, {"message": "Authentication error"})
    assert "WWW-Authenticate" in answer.headers


def test_an_expired_token_is_401(box: Control) -> None:
    """Tokens live as long as the setting says."""
    box.set(token_ttl=0)
    assert Zuora(box.root).call("GET", "v1/accounts/A00000001").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"client_id": "short"}, {"client_id": str(uuid.uuid4())}, {"client_secret": "no"}]
)
def test_bad_credentials_are_400_without_reasons(box: Control, wrong: dict[str, str]) -> None:
    """The token call answers in the gateway's shape."""
    answer = requests.post(f"{box.root}/zuora/oauth/token", data=CLIENT | wrong, timeout=20)
    assert answer.status_code == 400
    assert "Invalid client id" in answer.json()["message"]


def test_a_token_tells_its_lifetime(box: Control) -> None:
    """`expires_in` is a number, and the limit headers are the token call's own."""
    answer = requests.post(f"{box.root}/zuora/oauth/token", data=CLIENT, timeout=20)
    assert answer.json()["expires_in"] == 3599
    assert answer.headers["X-RateLimit-Limit-minute"] == "100"
