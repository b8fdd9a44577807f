"""Zuora's shapes, errors and limits, against the sandbox."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from clients.transport import Limits
from clients.zuora import Zuora
from domain.errors import Defect, HandoverError, Refused, SignInExpired, Transient
from tests.contract.clients.sandbox_control import Sandbox

pytestmark = pytest.mark.usefixtures("no_pauses")

ON_ZUORA = {"system": "zuora", "path": "/v1/"}


@pytest.fixture
def truth(sandbox: Sandbox) -> Any:
    """The truth about the plain account in Zuora."""
    return sandbox.truth("A00000001")["zuora"]


@pytest.fixture
def reasons(sandbox: Sandbox) -> Callable[..., None]:
    """Orders one answer with these reason codes."""

    def order(*codes: int | str, status: int = 200, times: int | None = 1) -> None:
        found = [{"code": code, "message": "about ada@canary.example"} for code in codes]
        body = json.dumps({"success": False, "processId": "X", "reasons": found})
        sandbox.fault("status", times=times, code=status, body=body, **ON_ZUORA)

    return order


# What there is to read


def test_an_account(zuora: Zuora, truth: dict[str, Any]) -> None:
    """By number and by id; both contacts, with zip code and empty values in our words."""
    account = zuora.account("A00000001")
    assert zuora.account(account.id) == account
    assert (account.id, account.name) == (truth["account"]["id"], "Brightwater Labs")
    assert (account.number, account.status) == ("A00000001", "Active")
    assert account.bill_to.id == truth["bill_to"]["id"]
    sold_to, expected = account.sold_to, truth["sold_to"]
    assert (sold_to.id, sold_to.work_email) == (expected["id"], expected["work_email"])
    assert (sold_to.first_name, sold_to.last_name) == ("Orla", "Finchley")
    assert sold_to.address.model_dump() == {
        "address1": expected["address1"],
        "address2": "",
        "city": expected["city"],
        "state": expected["state"],
        "postal_code": expected["zip_code"],
        "country": expected["country"],
    }


def test_a_shared_contact(zuora: Zuora) -> None:
    """One record in both roles is seen by its id."""
    assert zuora.account("A00000004").shared_contact
    assert not zuora.account("A00000001").shared_contact


def test_subscriptions(zuora: Zuora) -> None:
    """Owner and invoice owner; through a reseller they differ."""
    (plain,) = zuora.subscriptions("A00000001")
    assert (plain.number, plain.account_number) == ("A-S00000001", "A00000001")
    assert not plain.through_reseller
    (resold,) = zuora.subscriptions("A00000007")
    assert (resold.invoice_owner_number, resold.through_reseller) == ("A00000777", True)


def test_invoices(zuora: Zuora, truth: dict[str, Any]) -> None:
    """All invoices of the account, the newest first, and each by number or id."""
    found = zuora.invoices(truth["account"]["id"])
    assert {invoice.number for invoice in found} == {one["number"] for one in truth["invoices"]}
    assert [invoice.date for invoice in found] == sorted(
        (one["invoice_date"] for one in truth["invoices"]), reverse=True
    )
    assert {invoice.status for invoice in found} == {"Posted"}
    assert zuora.invoice(found[0].number) == zuora.invoice(found[0].id) == found[0]


def test_who_owns_a_subscription(zuora: Zuora, truth: dict[str, Any]) -> None:
    """By its number; nobody for one that there is not, and no query with what can't be one."""
    [first, *_] = truth["subscriptions"]
    assert zuora.owners_of_subscription(first["number"]) == [truth["account"]["id"]]
    assert zuora.owners_of_subscription("A-S99999999") == []
    with pytest.raises(Refused, match="can't be"):
        zuora.owners_of_subscription("A-S1' or Name != '")


def test_no_invoices(zuora: Zuora, sandbox: Sandbox) -> None:
    """An account that was never billed: ZOQL leaves out the rows."""
    (account,) = sandbox.ask("POST", "/accounts", json={"invoice_age_days": None})
    assert zuora.invoices(account["account_id"]) == []


@pytest.mark.parametrize("value", ["", "A00000001", "x' or Id != '", "F" * 32, "a" * 31])
def test_only_ids_get_into_a_query(zuora: Zuora, value: str) -> None:
    """Nothing but 32 hex digits reaches the query language."""
    with pytest.raises(Defect):
        zuora.invoices(value)


@pytest.mark.parametrize("key", ["A99999999", "A 1?x=1#y", "ä", "", "..", "a\nb"])
def test_an_unknown_key(zuora: Zuora, key: str) -> None:
    """Whatever is asked for, an unknown record is a refusal with a code of its own."""
    for ask, code in (
        (zuora.account, "zuora-account-unknown"),
        (zuora.subscriptions, "zuora-account-unknown"),
        (zuora.invoice, "zuora-invoice-unknown"),
    ):
        with pytest.raises(Refused) as caught:
            ask(key)
        assert caught.value.code == code


# Tokens


@pytest.mark.parametrize(
    "credentials",
    [
        ("5a4dbc0e-0000-4000-8000-000000000001", "wrong"),
        ("5a4dbc0e-0000-4000-8000-00000000ffff", "sandbox-zuora-secret"),
        ("", ""),
    ],
)
def test_credentials_that_do_not_count(sandbox: Sandbox, credentials: tuple[str, str]) -> None:
    """A refused client is a matter of sign-in, and its secret is not shown."""
    with pytest.raises(SignInExpired) as caught:
        Zuora(f"{sandbox.url}/zuora", *credentials).account("A00000001")
    assert "sandbox-zuora-secret" not in str(caught.value)


def test_a_token_that_ended_is_renewed_once(zuora: Zuora, sandbox: Sandbox) -> None:
    """A 401 in the middle of a run: one new token, one more try."""
    zuora.account("A00000001")
    sandbox.fault("expired_session", **ON_ZUORA)
    assert zuora.account("A00000001").number == "A00000001"
    sandbox.ask("DELETE", "/faults")
    sandbox.fault("expired_session", times=None, **ON_ZUORA)
    with pytest.raises(SignInExpired):
        zuora.account("A00000001")
    assert sandbox.hits() == 2


def test_the_token_call_is_a_read(zuora: Zuora, sandbox: Sandbox) -> None:
    """Getting a token is repeated like any read."""
    sandbox.fault("status", code=503, path="oauth")
    assert zuora.account("A00000001")


# What goes wrong


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("refuse", {}),
        ("reset", {}),
        ("timeout_before", {}),
        ("truncated", {}),
        ("success_false", {}),
        ("login_page_200", {}),
        ("rate_concurrency", {"seconds": 0.01}),
        ("rate_limit", {"seconds": 0.01}),
        ("status", {"code": 502, "body": "<h1>Service Unavailable</h1>"}),
        ("status", {"code": 500}),
        ("status", {"code": 401, "body": '{"message": "Failed to get user info"}'}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else value,
)
def test_a_read_gets_over_it(
    zuora: Zuora, sandbox: Sandbox, kind: str, options: dict[str, Any]
) -> None:
    """One failure that may pass is bridged by asking again."""
    sandbox.fault(kind, **ON_ZUORA, **options)
    assert zuora.account("A00000001").number == "A00000001"
    assert sandbox.hits() == 1


@pytest.mark.parametrize(("kind", "wait"), [("rate_concurrency", 120), ("rate_limit", 600)])
def test_both_kinds_of_429(zuora: Zuora, sandbox: Sandbox, kind: str, wait: int) -> None:
    """The wait goes back whole, from whichever header has it, after a single try."""
    sandbox.fault(kind, seconds=wait, times=None, **ON_ZUORA)
    with pytest.raises(Transient) as caught:
        zuora.account("A00000001")
    assert (caught.value.delay, sandbox.hits()) == (wait, 1)


@pytest.mark.parametrize("category", [50, 60, 61, 70, 99])
@pytest.mark.parametrize("status", [200, 409, 500])
def test_categories_that_may_pass(
    zuora: Zuora, sandbox: Sandbox, reasons: Callable[..., None], category: int, status: int
) -> None:
    """The category decides, not the status: asked again, and fine the second time."""
    reasons(50000000 + category, status=status)
    assert zuora.account("A00000001").number == "A00000001"
    assert sandbox.hits() == 1


@pytest.mark.parametrize(
    ("codes", "error", "word"),
    [
        ([50000010], Refused, "zuora-permission"),
        ([50000040], Refused, "zuora-account-unknown"),
        (["50000040"], Refused, "zuora-account-unknown"),
        ([50000020], Defect, "defect"),
        ([50000030], Defect, "defect"),
        ([50000045], Defect, "defect"),
        ([50000050, 50000020], Defect, "defect"),
        ([50000050, 50000040], Refused, "zuora-account-unknown"),
        (["INVALID_VALUE"], Defect, "defect"),
        ([], Defect, "defect"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_categories_that_do_not_pass(
    zuora: Zuora,
    sandbox: Sandbox,
    reasons: Callable[..., None],
    codes: list[Any],
    error: type[HandoverError],
    word: str,
    status: int,
) -> None:
    """Asked once: only if every reason may pass is there a second try."""
    reasons(*codes, status=status, times=None)
    with pytest.raises(error) as caught:
        zuora.account("A00000001")
    assert (caught.value.code, sandbox.hits()) == (word, 1)
    assert all(str(code) in str(caught.value) for code in codes if len(codes) == 1)
    assert "canary" not in str(caught.value)


def test_category_11_is_a_new_token(
    zuora: Zuora, sandbox: Sandbox, reasons: Callable[..., None]
) -> None:
    """Authentication failed, also with status 200: renewed and sent again."""
    reasons(90000011)
    assert zuora.account("A00000001")
    assert sandbox.hits() == 1


@pytest.mark.parametrize(
    ("code", "body", "error", "word"),
    [
        (403, '{"message": "Forbidden"}', Refused, "zuora-permission"),
        (400, '{"FaultCode": "INVALID_FIELD", "FaultMessage": "x"}', Defect, "defect"),
        (400, '{"faultcode": "fns:MALFORMED_QUERY", "faultstring": "x"}', Defect, "defect"),
        (400, '{"Success": false, "Errors": [{"Code": "INVALID_VALUE"}]}', Defect, "defect"),
        (400, '{"code": "ClientError", "message": "x"}', Defect, "defect"),
        (404, "<h1>Not Found</h1>", Defect, "defect"),
        (414, "<h1>URI Too Long</h1>", Defect, "defect"),
        (302, "", Defect, "defect"),
    ],
)
def test_other_shapes(
    zuora: Zuora, sandbox: Sandbox, code: int, body: str, error: type[HandoverError], word: str
) -> None:
    """CRUD errors, ZOQL faults and the gateway's own words end the call."""
    sandbox.fault("status", code=code, body=body, times=None, **ON_ZUORA)
    with pytest.raises(error) as caught:
        zuora.account("A00000001")
    assert (caught.value.code, sandbox.hits()) == (word, 1)


def test_a_read_from_a_dripping_server_ends(sandbox: Sandbox) -> None:
    """An answer that arrives byte by byte is cut off at the total limit."""
    sandbox.fault("drip", times=None, seconds=0.02, **ON_ZUORA)
    client = ("5a4dbc0e-0000-4000-8000-000000000001", "sandbox-zuora-secret")
    zuora = Zuora(f"{sandbox.url}/zuora", *client, limits=Limits(total=1))
    with pytest.raises(Transient, match="no answer in time"):
        zuora.account("A00000001")


def test_nothing_is_ever_written(zuora: Zuora, sandbox: Sandbox, truth: dict[str, Any]) -> None:
    """Whatever is asked, the sandbox's own log of writes stays empty."""
    zuora.account("A00000001")
    zuora.subscriptions("A00000001")
    zuora.invoices(truth["account"]["id"])
    assert sandbox.writes() == []
