"""ZOQL: what it finds, what it leaves out and what it refuses."""

import pytest

from tests.contract.sandbox.sandbox_peers import Control, Zuora


def test_an_account_is_found_by_number(zuora: Zuora) -> None:
    """The named fields, no `success`, and the end is marked."""
    answer = zuora.query("select Id, AccountNumber from Account where AccountNumber = 'A00000001'")
    body = answer.json()
    assert [one["AccountNumber"] for one in body["records"]] == ["A00000001"]
    assert (body["size"], body["done"], "success" in body) == (1, True, False)


def test_no_rows_means_no_records_key(zuora: Zuora) -> None:
    """An empty answer lacks `records`."""
    body = zuora.query("select Id from Account where AccountNumber = 'A9'").json()
    assert body == {"size": 0, "done": True}


def test_null_fields_are_left_out(zuora: Zuora) -> None:
    """A field without a value is absent from the record."""
    contact = zuora.account("A00000001")["soldToContact"]["id"]
    text = f"select Id, WorkEmail, PersonalEmail from Contact where Id = '{contact}'"
    (record,) = zuora.query(text).json()["records"]
    assert set(record) == {"Id", "WorkEmail"}


def test_and_binds_before_or(box: Control, zuora: Zuora) -> None:
    """Without parentheses, `a and b or c` is `(a and b) or c`."""
    text = (
        "select AccountNumber from Account where AccountNumber = 'A00000001'"
        " and Status = 'Canceled' or AccountNumber = 'A00000002'"
    )
    records = zuora.query(text).json()["records"]
    assert [one["AccountNumber"] for one in records] == ["A00000002"]


def test_dates_can_be_compared(zuora: Zuora) -> None:
    """Recent posted invoices of an account, the query the workflow needs."""
    account = zuora.account("A00000001")["basicInfo"]["id"]
    text = (
        "select InvoiceNumber, InvoiceDate from Invoice"
        f" where AccountId = '{account}' and InvoiceDate >= '%s' and Status = 'Posted'"
    )
    newest = zuora.call("GET", "v1/accounts/A00000001/summary").json()["invoices"][0]
    assert zuora.query(text % newest["invoiceDate"]).json()["size"] == 1
    assert zuora.query(text % "2000-01-01").json()["size"] == 2


def test_subscriptions_name_their_invoice_owner(zuora: Zuora) -> None:
    """The payer's subscriptions can be found by `InvoiceOwnerId`."""
    reseller = zuora.account("A00000777")["basicInfo"]["id"]
    text = f"select Name, AccountId from Subscription where InvoiceOwnerId = '{reseller}'"
    assert zuora.query(text).json()["size"] == 2


def test_escaped_quotes_stay_inside_the_value(zuora: Zuora) -> None:
    """A quote in a value cannot end it."""
    text = r"select Id from Account where Name = 'x\' or Status = \'Active'"
    assert zuora.query(text).json()["size"] == 0


def test_more_rows_come_by_locator(zuora: Zuora) -> None:
    """Pages together hold every row once."""
    body = zuora.query("select Id from Contact", batchSize=7).json()
    found = [one["Id"] for one in body["records"]]
    assert (len(found), body["done"]) == (7, False)
    while not body["done"]:
        more = {"queryLocator": body["queryLocator"], "conf": {"batchSize": 7}}
        body = zuora.call("POST", "v1/action/queryMore", json=more).json()
        found += [one["Id"] for one in body["records"]]
    assert len(found) == len(set(found)) == body["size"]


def test_an_unknown_locator_is_a_fault(zuora: Zuora) -> None:
    """A locator nobody gave out leads nowhere."""
    answer = zuora.call("POST", "v1/action/queryMore", json={"queryLocator": "1"})
    assert (answer.status_code, "FaultCode" in answer.json()) == (400, True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("select Nope from Account", "INVALID_FIELD"),
        ("select Id from Account where Nope = '1'", "INVALID_FIELD"),
        ("select Id from Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Account", "MALFORMED_QUERY"),
        ("select * from Account", "MALFORMED_QUERY"),
        ("select Id from Account where Status in ('Active')", "MALFORMED_QUERY"),
        ("select Id from Account where (Status = 'Active')", "MALFORMED_QUERY"),
        ("select Id from Account order by Id", "MALFORMED_QUERY"),
        ("select Id from Account where Name = 'open", "MALFORMED_QUERY"),
    ],
)
def test_what_zoql_cannot_do_is_a_fault(zuora: Zuora, text: str, code: str) -> None:
    """Errors are 400 in a shape of their own."""
    answer = zuora.query(text)
    assert (answer.status_code, answer.json()["FaultCode"]) == (400, code)
