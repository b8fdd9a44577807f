"""Object Query: lists, single records, filters, expansions, cursors and its error shape."""

from typing import Any

import pytest

from tests.contract.sandbox.sandbox_peers import Control, Zuora


def ask(zuora: Zuora, path: str, *pairs: tuple[str, str]) -> Any:
    return zuora.call("GET", f"object-query/{path}", params=list(pairs))


def rows(zuora: Zuora, path: str, *pairs: tuple[str, str]) -> list[dict[str, Any]]:
    answer = ask(zuora, path, *pairs)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "success" not in body
    found = body["data"]
    assert isinstance(found, list)
    return found


def where(*tests: str) -> list[tuple[str, str]]:
    return [("filter[]", test) for test in tests]


def test_an_account_with_its_contacts(zuora: Zuora) -> None:
    """The request an official client sends: expand both contacts, filter by number."""
    account = zuora.account("A00000001")
    (row,) = rows(
        zuora,
        "accounts",
        ("pageSize", "50"),
        ("expand[]", "soldto"),
        ("expand[]", "billto"),
        *where("accountNumber.EQ:A00000001"),
    )
    assert row["soldTo"]["workEmail"] == account["soldToContact"]["workEmail"]
    assert row["billTo"]["id"] == row["billToId"] == account["billToContact"]["id"]
    assert "postalCode" in row["soldTo"]


def test_a_contact_is_traced_to_every_account_that_uses_it(zuora: Zuora) -> None:
    """`soldtoid` can be filtered; both roles of A00000004 are one record."""
    contact = zuora.account("A00000004")["soldToContact"]["id"]
    for role in ("soldtoid", "BILLTOID"):
        (row,) = rows(zuora, "accounts", *where(f"{role}.EQ:{contact}"))
        assert row["accountNumber"] == "A00000004"


def test_pages_follow_the_cursor(zuora: Zuora) -> None:
    """Ten by default, `nextPage` until the end; every record once."""
    first = ask(zuora, "accounts").json()
    assert len(first["data"]) == 10
    rest = ask(zuora, "accounts", ("cursor", first["nextPage"])).json()
    assert "nextPage" not in rest
    numbers = [one["accountNumber"] for one in first["data"] + rest["data"]]
    assert len(numbers) == len(set(numbers)) == 13
    whole = ask(zuora, "accounts", ("pageSize", "99")).json()
    assert "nextPage" not in whole
    assert sorted(one["accountNumber"] for one in whole["data"]) == sorted(numbers)


def test_a_cursor_is_for_its_request(zuora: Zuora) -> None:
    """With another filter, or made up, it is refused."""
    cursor = ask(zuora, "accounts").json()["nextPage"]
    assert ask(zuora, "accounts", ("cursor", cursor), ("pageSize", "3")).status_code == 400
    assert ask(zuora, "accounts", ("cursor", "eA==")).status_code == 400


@pytest.mark.parametrize(
    ("tests", "numbers"),
    [
        (["accountNumber.IN:[A00000001,A00000003]"], ["A00000001", "A00000003"]),
        (["accountnumber.GE:A00000009", "accountnumber.LT:A00000011"], ["A00000009", "A00000010"]),
        (["accountnumber.GT:A00000010", "accountnumber.LE:A00000011"], ["A00000011"]),
        (["name.SW:Fernhollow", "name.NE:Fernhollow Twin"], ["A00000005"]),
        (["name.SW:Fernhollow", "status.EQ:Canceled"], []),
        (["parentid.EQ:null", "name.SW:Brightwater"], ["A00000001"]),
        (["parentid.NE:null"], []),
        (["balance.EQ:0", "name.SW:Brightwater"], ["A00000001"]),
        (["billcycleday.EQ:1", "name.SW:Brightwater"], ["A00000001"]),
    ],
)
def test_filters(zuora: Zuora, tests: list[str], numbers: list[str]) -> None:
    """All operators; several filters are ANDed; names in any case."""
    found = rows(zuora, "accounts", ("sort[]", "accountNumber.ASC"), *where(*tests))
    assert [one["accountNumber"] for one in found] == numbers


def test_lists_can_be_sorted_downwards(zuora: Zuora) -> None:
    """By one field of the object."""
    found = rows(zuora, "accounts", ("sort[]", "accountnumber.DESC"), ("pageSize", "1"))
    assert found[0]["accountNumber"] == "A00000777"


def test_fields_and_nulls_are_chosen(zuora: Zuora) -> None:
    """Nulls are left out unless asked for; fields can be named for what is expanded, too."""
    test = where("accountNumber.EQ:A00000001")
    (plain,) = rows(zuora, "accounts", *test)
    assert "notes" not in plain
    (full,) = rows(zuora, "accounts", ("includeNullFields", "true"), *test)
    assert full["notes"] is None
    (row,) = rows(
        zuora,
        "accounts",
        ("fields[]", "accountNumber,id"),
        ("expand[]", "soldto"),
        ("soldto.fields[]", "workEmail"),
        *test,
    )
    assert sorted(row) == ["accountNumber", "id", "soldTo"]
    assert list(row["soldTo"]) == ["workEmail"]


def test_a_single_record_is_bare(zuora: Zuora) -> None:
    """By id or number, without an envelope."""
    row = ask(zuora, "accounts/A00000001", ("expand[]", "subscriptions")).json()
    assert row["accountNumber"] == "A00000001"
    assert row["subscriptions"][0]["accountId"] == row["id"]
    assert ask(zuora, f"accounts/{row['id']}").json()["name"] == row["name"]


def test_a_missing_record_is_404_without_success(zuora: Zuora) -> None:
    """The error shape of Object Query."""
    answer = ask(zuora, "contacts/0")
    body = answer.json()
    assert (answer.status_code, body["reasons"][0]["code"] % 100) == (404, 40)
    assert sorted(body) == ["reasons", "requestId"]


@pytest.mark.parametrize(
    ("path", "pairs"),
    [
        ("accounts", [("pageSize", "0")]),
        ("accounts", [("pageSize", "100")]),
        ("accounts", [("pageSize", "ten")]),
        ("accounts", [("sort[]", "name")]),
        ("accounts", [("sort[]", "name.ASC"), ("sort[]", "id.ASC")]),
        ("accounts", [("fields[]", "nonsense")]),
        ("accounts", [("expand[]", "nonsense")]),
        ("contacts", [("expand[]", "account")]),
        ("accounts", where("nonsense.EQ:1")),
        ("accounts", where("notes.EQ:1")),
        ("accounts", where("name.LIKE:1")),
        ("accounts", where("name=1")),
        ("accounts", where("name.IN:a,b")),
        ("accounts", where("balance.EQ:much")),
        ("accounts/A00000001", where("name.EQ:1")),
    ],
)
def test_bad_parameters_are_category_27(
    zuora: Zuora, path: str, pairs: list[tuple[str, str]]
) -> None:
    """400, and no `success` in the body."""
    answer = ask(zuora, path, *pairs)
    body = answer.json()
    assert (answer.status_code, body["reasons"][0]["code"]) == (400, 50000027)
    assert "success" not in body


@pytest.mark.parametrize(("version", "status"), [("2024-05-20", 400), ("2023-10-24", 200)])
def test_older_versions_fail_in_the_other_shape(box: Control, version: str, status: int) -> None:
    """With `success: false`, and before May 2024 as HTTP 200."""
    answer = ask(Zuora(box.root, version), "accounts", ("pageSize", "0"))
    assert (answer.status_code, answer.json()["success"]) == (status, False)


def test_subscriptions_name_both_owners(box: Control, zuora: Zuora) -> None:
    """What an account only pays for is found by `invoiceownerid`."""
    one = box.account(reseller=True)
    (bought,) = rows(
        zuora,
        "subscriptions",
        ("expand[]", "account"),
        ("expand[]", "invoiceowner"),
        *where(f"accountid.EQ:{one['account_id']}"),
    )
    assert bought["account"]["id"] == one["account_id"]
    assert bought["invoiceOwner"]["id"] == bought["invoiceOwnerId"] != one["account_id"]
    paid = rows(zuora, "subscriptions", *where(f"invoiceownerid.EQ:{bought['invoiceOwnerId']}"))
    assert bought["name"] in {row["name"] for row in paid}


def test_expanded_lists_are_cut_at_the_page_size(zuora: Zuora) -> None:
    """The rest cannot be reached that way."""
    test = where("accountNumber.EQ:A00000001")
    for size, count in (("1", 1), ("2", 2), ("9", 2)):
        (row,) = rows(zuora, "accounts", ("pageSize", size), ("expand[]", "invoices"), *test)
        assert len(row["invoices"]) == count


def test_some_expansions_are_empty(zuora: Zuora) -> None:
    """They exist in Zuora; nothing is behind them here."""
    (row,) = rows(
        zuora,
        "accounts",
        ("expand[]", "payments,shipto"),
        ("includeNullFields", "true"),
        *where("accountNumber.EQ:A00000001"),
    )
    assert (row["payments"], row["shipTo"]) == ([], None)


def test_invoices_of_an_account(box: Control, zuora: Zuora) -> None:
    """With what a proof needs: date, status, whether it was reversed, and the contacts."""
    one = box.account(invoice_age_days=40)
    (row,) = rows(
        zuora, "invoices", *where(f"accountid.EQ:{one['account_id']}", "reversed.EQ:false")
    )
    assert (row["status"], row["reversed"]) == ("Posted", False)
    assert row["soldToContactId"] == one["sold_to"]["contact_id"]
    (account,) = rows(zuora, "accounts", *where(f"id.EQ:{one['account_id']}"))
    assert account["lastInvoiceDate"] == row["invoiceDate"]
    later = where(f"accountid.EQ:{one['account_id']}", f"invoicedate.GT:{row['invoiceDate']}")
    assert rows(zuora, "invoices", *later) == []


def test_an_unknown_object_is_the_gateways_business(zuora: Zuora) -> None:
    """A 404 without reasons."""
    for path in ("nonsense", "nonsense/1"):
        answer = ask(zuora, path)
        assert (answer.status_code, "reasons" in answer.json()) == (404, False)
