"""Answers to bulk queries that can not be trusted: none is taken."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients.zoql import Window
from clients.zuora_bulk import ZuoraBulk
from domain.errors import Defect, Transient
from tests.contract.clients.sandbox_control import Sandbox
from tests.contract.clients.zoql_answers import QUERY, ROW, answer, rows

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.mark.parametrize(
    "body",
    [
        {"records": [], "size": 1, "done": True},
        {"size": 3, "done": True},
        {"records": [ROW], "size": 2, "done": True},
        {"records": [ROW], "size": 1, "done": False, "queryLocator": "x-1"},
        {"records": [ROW], "size": 0, "done": True},
        {"records": [ROW], "size": 2, "done": False},
        {"records": [ROW], "size": 2, "done": False, "queryLocator": ""},
        {"records": [ROW, ROW], "size": 2, "done": True},
        {"records": rows(2001), "size": 2001, "done": True},
        {"records": rows(3), "size": 2, "done": False, "queryLocator": "x-1"},
        {"size": 3, "done": False, "queryLocator": "x-1"},
        {"records": [ROW], "size": "1", "done": True},
        {"records": [ROW], "size": True, "done": True},
        {"records": [ROW], "size": 1},
        {"records": [ROW], "done": True},
        {"success": False, "reasons": [{"code": 50000061, "message": "later"}]},
        [],
    ],
)
def test_an_answer_that_does_not_add_up(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, body: object
) -> None:
    """It is asked for again; where it stays so, the piece is for later."""
    answer(sandbox, body)
    assert zuora_bulk.page("Account", everything).size == zuora_bulk.count("Account", everything)
    sandbox.fault("status", code=200, body=json.dumps(body), times=None, **QUERY)
    with pytest.raises(Transient):
        zuora_bulk.page("Account", everything)
    assert sandbox.hits() == 5


@pytest.mark.parametrize(
    "body",
    [
        {"records": [{"Id": "1"}, {"Id": "2"}], "size": 2, "done": True},
        {"size": 1, "done": True},
        {"records": [{"Id": "1"}], "size": 2, "done": True},
        {"records": [{"Id": "1"}], "size": -1, "done": True},
        {"records": [{"Id": "1"}], "done": True},
    ],
)
def test_a_count_that_does_not_add_up(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, body: object
) -> None:
    """A window is not planned on it."""
    answer(sandbox, body)
    assert zuora_bulk.count("Account", everything) > 10
    assert sandbox.hits() == 1


@pytest.mark.parametrize("kind", ["truncated", "reset", "timeout_before", "success_false"])
def test_a_page_is_read_again(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, kind: str
) -> None:
    """What may pass is bridged, as in every read."""
    sandbox.fault(kind, **QUERY)
    assert zuora_bulk.page("Account", everything).rows
    assert sandbox.hits() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"CreatedDate": "2019-12-31T23:59:59.999Z"}, "filter-dropped"),
        ({"CreatedDate": "2020-01-02T00:00:00.000Z"}, "filter-dropped"),
        ({"CreatedDate": "2020-01-01T16:00:00.000-08:00"}, "filter-dropped"),
        ({"CreatedDate": "2020-01-01"}, "defect"),
        ({"CreatedDate": "yesterday"}, "defect"),
        ({"CreatedDate": ""}, "column-missing"),
        ({"Id": None}, "column-missing"),
        ({"AccountNumber": ""}, "column-missing"),
        ({"Status": None}, "column-missing"),
    ],
)
def test_rows_that_nobody_asked_for(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, changes: dict[str, Any], code: str
) -> None:
    """A page with one of them is not taken, and not asked for again."""
    after = datetime(2020, 1, 1, tzinfo=UTC)
    good = ROW | {"Id": "8b" * 16}
    row = {name: value for name, value in (ROW | changes).items() if value is not None}
    answer(sandbox, {"records": [good, row], "size": 2, "done": True})
    with pytest.raises(Defect) as caught:
        zuora_bulk.page("Account", Window(after=after, before=after + timedelta(days=1)))
    assert caught.value.code == code


def test_a_query_that_is_refused(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """It is our own mistake, and no locator that has ended: it is not begun anew."""
    body = {"FaultCode": "INVALID_FIELD", "FaultMessage": "invalid field for query"}
    answer(sandbox, body, code=400)
    with pytest.raises(Defect):
        zuora_bulk.page("Account", everything)
    answer(sandbox, body, code=400)
    with pytest.raises(Defect):
        zuora_bulk.count("Account", everything)


def test_a_contact_of_no_account(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """It is no Sold To, and no reason to give up all that is to be read besides."""
    made = {"Id": "8c" * 16, "CreatedDate": ROW["CreatedDate"], "UpdatedDate": ROW["CreatedDate"]}
    of_one = made | {"Id": "8d" * 16, "AccountId": "8e" * 16}
    body = {"records": [made, of_one], "size": 2, "done": True}
    answer(sandbox, body)
    assert len(zuora_bulk.page("Contact", everything).rows) == 2
    answer(sandbox, body)
    since = datetime(2019, 1, 1, tzinfo=UTC)
    assert list(zuora_bulk.changed_contacts(since)) == ["8e" * 16]
