"""Zuora answers that the sandbox has no occasion to give."""

from collections.abc import Callable
from typing import Any

import pytest

from clients.shared_secret import MemoryKeeper
from clients.zuora import Zuora
from config.settings import Settings
from domain.errors import Defect, Refused, SignInExpired, Transient, Unavailable
from tests.unit.clients.scripted_server import ScriptedServer, json_reply, reply

pytestmark = pytest.mark.usefixtures("no_pauses")

ID = "8a" * 16
TOKEN = json_reply({"access_token": "t0k3n", "token_type": "bearer", "expires_in": 3599})
BASICS = {"id": ID, "accountNumber": "A-1", "name": None, "status": "Active"}
PERSON = {"id": "c1", "firstName": "A", "lastName": "B", "workEmail": "a@b.example"}
ACCOUNT = {
    "success": True,
    "basicInfo": BASICS,
    "soldToContact": {**PERSON, "country": None, "zipCode": 1234, "Odd__c": 1},
    "billToContact": {**PERSON, "id": "c2"},
}


@pytest.fixture
def zuora(server: ScriptedServer) -> Callable[..., Zuora]:
    """Makes a client whose server has a token and then these bodies."""

    def make(*bodies: Any) -> Zuora:
        server.plays(TOKEN, *(json_reply(body) for body in bodies))
        return Zuora(f"{server.url}/z", "id", "secret")

    return make


def test_what_every_call_carries(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """Token, pinned version, a name of at most 64 letters; and no token on the token call."""
    zuora(ACCOUNT).account("A-1")
    token, call = server.seen
    assert (token.method, token.path) == ("POST", "/z/oauth/token")
    assert token.form["grant_type"] == "client_credentials"
    assert "authorization" not in token.headers
    assert call.headers["authorization"] == "Bearer t0k3n"
    assert call.headers["zuora-version"] == "2025-08-12"
    assert call.headers["zuora-track-id"] == "handover"


def test_no_call_has_a_key_of_its_own(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """An idempotency key is for writes, and there are none; nor is a token asked for with one."""
    zuora(ACCOUNT, {"size": 0, "done": True}, {"size": 0, "done": True}).account("A-1")
    client = Zuora(server.url, "id", "secret", keeper=MemoryKeeper("t0k3n"))
    assert client.invoices(ID) == []
    for seen in server.seen:
        assert {"idempotency-key", "if-match"}.isdisjoint(seen.headers)


def test_a_key_is_one_part_of_the_path(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """Slashes, blanks and question marks of a key are encoded."""
    odd = {**ACCOUNT, "basicInfo": {**BASICS, "accountNumber": "A/0 1?x"}}
    zuora(odd).account("A/0 1?x")
    assert server.seen[1].target == "/z/v1/accounts/A%2F0%201%3Fx"


def test_null_and_numbers_become_text(zuora: Callable[..., Zuora]) -> None:
    """Null is empty, a number is its digits, unknown fields are passed over."""
    account = zuora(ACCOUNT).account("a-1")
    assert (account.name, account.sold_to.address.country) == ("", "")
    assert account.sold_to.address.postal_code == "1234"


@pytest.mark.parametrize(
    "body",
    [
        {**ACCOUNT, "basicInfo": {**BASICS, "id": "x", "accountNumber": "A-2"}},
        {**ACCOUNT, "basicInfo": {**BASICS, "id": ""}},
        {**ACCOUNT, "basicInfo": None},
        {**ACCOUNT, "soldToContact": None},
        {**ACCOUNT, "success": False},
        {**ACCOUNT, "success": "true"},
        {**ACCOUNT, "success": 1},
    ],
    ids=["another", "no-id", "no-basics", "no-sold-to", "false", "text", "number"],
)
def test_an_account_that_can_not_be(zuora: Callable[..., Zuora], body: Any) -> None:
    """Another account than the one asked for, or one without its parts, is a defect."""
    with pytest.raises(Defect):
        zuora(body).account("A-1")


@pytest.mark.parametrize("body", [[], "text", {"basicInfo": BASICS}])
def test_a_body_that_is_no_answer(
    zuora: Callable[..., Zuora], server: ScriptedServer, body: Any
) -> None:
    """Without `success: true` a 2xx is no success; it is asked for again, then given up."""
    with pytest.raises(Transient) as caught:
        zuora(*[body] * 4).account("A-1")
    assert (caught.value.code, len(server.seen)) == ("unreadable", 5)


# Tokens


def test_a_token_serves_many_calls(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """One token call for several reads."""
    client = zuora(ACCOUNT, ACCOUNT)
    client.account("A-1")
    client.account("A-1")
    assert [seen.path for seen in server.seen].count("/z/oauth/token") == 1


def test_a_token_is_renewed_before_its_end(
    zuora: Callable[..., Zuora], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two minutes of margin."""
    clock = [1000.0]
    monkeypatch.setattr("clients.shared_secret.time.monotonic", lambda: clock[0])
    client = zuora(ACCOUNT, ACCOUNT)
    client.account("A-1")
    clock[0] += 3599 - 121
    client.account("A-1")
    clock[0] += 2
    server.plays(TOKEN, json_reply(ACCOUNT))
    client.account("A-1")
    assert [seen.path for seen in server.seen].count("/z/oauth/token") == 2


@pytest.mark.parametrize("body", [{"access_token": ""}, {"access_token": 7}, [], "x"])
def test_no_token_in_the_answer(server: ScriptedServer, body: Any) -> None:
    """A token answer without a token is asked for again, then given up."""
    server.plays(*[json_reply(body)] * 4)
    with pytest.raises(Transient):
        Zuora(server.url, "id", "secret").account("A-1")
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials(server: ScriptedServer, status: int) -> None:
    """Each of these on the token call means that the credentials do not count."""
    server.plays(json_reply({"message": "Invalid client id"}, status))
    with pytest.raises(SignInExpired):
        Zuora(server.url, "id", "secret").account("A-1")
    assert len(server.seen) == 1


# Pages


def subscription(number: int, **more: Any) -> dict[str, Any]:
    plain = {"id": f"s{number}", "subscriptionNumber": f"A-S{number}", "status": "Active"}
    return {**plain, "accountNumber": "A-1", "invoiceOwnerAccountNumber": "A-1", **more}


def test_all_pages_of_subscriptions(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """The next page's address is followed, with what it asks for."""
    more = f"{server.url}/z/v1/subscriptions/accounts/A-1?page=2&pageSize=40"
    client = zuora(
        {"success": True, "subscriptions": [subscription(1)], "nextPage": more},
        {"success": True, "subscriptions": [subscription(2)], "nextPage": None},
    )
    assert [one.number for one in client.subscriptions("A-1")] == ["A-S1", "A-S2"]
    assert server.seen[1].params == [("pageSize", "40")]
    assert server.seen[2].params == [("page", "2"), ("pageSize", "40")]


@pytest.mark.parametrize(
    "address", ["https://evil.example/v1/x", "{url}/other", "{url}/z@evil.example/", 7]
)
def test_a_next_page_elsewhere_is_not_followed(
    zuora: Callable[..., Zuora], server: ScriptedServer, address: Any
) -> None:
    """Our token goes to our own host only."""
    if isinstance(address, str):
        address = address.replace("{url}", server.url)
    with pytest.raises(Defect, match="another host"):
        zuora({"success": True, "subscriptions": [], "nextPage": address}).subscriptions("A-1")
    assert len(server.seen) == 2


def test_pages_without_end(
    zuora: Callable[..., Zuora], server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A next page that always comes is stopped."""
    monkeypatch.setattr("clients.zuora.MOST_PAGES", 3)
    page = {"success": True, "subscriptions": [], "nextPage": f"{server.url}/z/v1/x"}
    with pytest.raises(Defect, match="more than 3 pages"):
        zuora(*[page] * 5).subscriptions("A-1")
    assert len(server.seen) == 4


def row(number: int, account: str = ID, **more: Any) -> dict[str, Any]:
    return {
        "Id": f"i{number}",
        "InvoiceNumber": f"INV{number}",
        "InvoiceDate": f"2026-0{number}-11",
        "AccountId": account,
        **more,
    }


def test_all_pages_of_invoices(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """A query goes on where it stopped; null fields are left out; the newest comes first."""
    client = zuora(
        {"records": [row(1)], "size": 2, "done": False, "queryLocator": "loc"},
        {"records": [row(2, Status="Draft")], "size": 2, "done": True},
    )
    found = client.invoices(ID)
    assert [(one.number, one.status) for one in found] == [("INV2", "Draft"), ("INV1", "")]
    assert server.seen[2].path == "/z/v1/action/queryMore"
    assert b'"queryLocator": "loc"' in server.seen[2].body


def test_an_empty_query_is_asked_twice(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """ZOQL comes up empty for a moment: look again before believing it."""
    found = zuora({"size": 0, "done": True}, {"records": [row(1)], "size": 1, "done": True})
    assert [one.number for one in found.invoices(ID)] == ["INV1"]


def test_the_invoices_of_somebody_else(zuora: Callable[..., Zuora]) -> None:
    """A row of another account is never taken for one of this."""
    with pytest.raises(Defect, match="another account"):
        zuora({"records": [row(1, "b" * 32)], "size": 1, "done": True}).invoices(ID)


@pytest.mark.parametrize("rows", ["text", [1], {"a": 1}])
def test_rows_that_are_none(zuora: Callable[..., Zuora], rows: Any) -> None:
    """A list that is no list of records."""
    with pytest.raises(Defect, match="not a list of records"):
        zuora({"records": rows, "size": 1, "done": True}).invoices(ID)


def test_a_code_that_is_no_code(zuora: Callable[..., Zuora]) -> None:
    """What stands in the place of a code is not shown if it is not one."""
    bad = {"success": False, "reasons": [{"code": "ada@canary.example is wrong"}]}
    with pytest.raises(Defect, match="unnamed") as caught:
        zuora(bad).account("A-1")
    assert "canary" not in str(caught.value)


def test_permission_without_a_reason(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """A bare 403 is a missing permission."""
    client = zuora()
    server.plays(reply(403, "<h1>no</h1>"))
    with pytest.raises(Refused) as caught:
        client.account("A-1")
    assert caught.value.code == "zuora-permission"


def test_from_settings(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names address and credentials; an address that is missing is named."""
    server.plays(TOKEN, json_reply(ACCOUNT))
    monkeypatch.setenv("ZUORA_URL", server.url)
    monkeypatch.setenv("ZUORA_CLIENT_ID", "me")
    monkeypatch.setenv("ZUORA_CLIENT_SECRET", "s3")
    assert Zuora.from_settings(Settings()).account("A-1").id == ID
    assert server.seen[0].form["client_id"] == "me"
    assert server.seen[0].form["client_secret"] == "s3"
    monkeypatch.setenv("ZUORA_URL", "")
    with pytest.raises(Unavailable):
        Zuora.from_settings(Settings())


def test_a_sign_in_service_that_is_down(
    zuora: Callable[..., Zuora], server: ScriptedServer
) -> None:
    """This 401 says nothing against our token: it may pass, and nobody has to sign in."""
    client = zuora()
    server.plays(*[json_reply({"message": "Failed to get user info"}, 401)] * 4)
    with pytest.raises(Transient):
        client.account("A-1")
    assert len(server.seen) == 5


def test_a_429_without_a_word(zuora: Callable[..., Zuora], server: ScriptedServer) -> None:
    """A gateway's bare 429 is a wait like any other."""
    client = zuora()
    server.plays(reply(429, headers={"Retry-After": "60"}))
    with pytest.raises(Transient) as caught:
        client.account("A-1")
    assert (caught.value.code, caught.value.delay) == ("rate-limited", 60)
