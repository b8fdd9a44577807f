"""Accounts and contacts by the page, against the sandbox."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clients import zuora_bulk as module
from clients.customersdot import CustomersDot
from clients.zoql import SECOND, What, Window
from clients.zuora import Zuora
from clients.zuora_bulk import FIELDS, NEVER_NULL, BulkPage, ZuoraBulk
from domain.errors import Defect, Stale, Transient
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox

pytestmark = pytest.mark.usefixtures("no_pauses")

QUERY = {"system": "zuora", "path": "/v1/action/query$"}
MORE = {"system": "zuora", "path": "/v1/action/queryMore$"}
WHATS: tuple[What, ...] = ("Account", "Contact")


@pytest.fixture
def bulk(zuora: Zuora) -> ZuoraBulk:
    return ZuoraBulk(zuora)


@pytest.fixture
def everything() -> Window:
    """All that there is."""
    return Window(before=datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rows for a page."""
    monkeypatch.setattr(module, "BATCH", 7)


def pages(bulk: ZuoraBulk, what: What, window: Window) -> Iterator[BulkPage]:
    page = bulk.page(what, window)
    yield page
    while page.next:
        page = bulk.page(what, window, page.next)
        yield page


def ids(bulk: ZuoraBulk, what: What, window: Window) -> set[str]:
    return {row["Id"] for page in pages(bulk, what, window) for row in page.rows}


def answer(sandbox: Sandbox, body: object, where: dict[str, str] = QUERY, code: int = 200) -> None:
    """The next answer to a query."""
    sandbox.fault("status", code=code, body=json.dumps(body), **where)


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.usefixtures("small_pages")
def test_pages_hold_every_record_once(bulk: ZuoraBulk, everything: Window, what: What) -> None:
    """As many as there are, whatever the number of pages; each says how many."""
    found = list(pages(bulk, what, everything))
    size = bulk.count(what, everything)
    assert len(found) == -(-size // 7) > 1
    assert [len(page.rows) for page in found[:-1]] == [7] * (len(found) - 1)
    assert {page.size for page in found} == {size}
    assert len({row["Id"] for page in found for row in page.rows}) == size
    assert [page.next for page in found].count(None) == 1


def test_what_a_row_has(bulk: ZuoraBulk, sandbox: Sandbox, everything: Window) -> None:
    """Zuora's own names; what is null is left out."""
    truth = sandbox.truth("A00000001")["zuora"]
    (account,) = (
        row for row in bulk.page("Account", everything).rows if row["AccountNumber"] == "A00000001"
    )
    assert set(account) == set(FIELDS["Account"])
    assert account["SoldToId"] == truth["sold_to"]["id"]
    assert account["Status"] == "Active"
    for row in bulk.page("Contact", everything).rows:
        assert set(NEVER_NULL["Contact"]) <= set(row) <= set(FIELDS["Contact"])
        if row["Id"] == account["SoldToId"]:
            assert row["WorkEmail"] == truth["sold_to"]["work_email"]
            assert row["AccountId"] == truth["account"]["id"]
            assert "Address2" not in row


@pytest.mark.parametrize("what", WHATS)
def test_windows_share_out_every_record(bulk: ZuoraBulk, everything: Window, what: What) -> None:
    """Each record is in one half and no other, however often a window is halved."""
    whole, parts = ids(bulk, what, everything), [everything]
    for _ in range(5):
        parts = [half for window in parts for half in window.halves()]
    found = [ids(bulk, what, window) for window in parts]
    assert sum(map(len, found)) == len(whole)
    assert set().union(*found) == whole
    assert [bulk.count(what, window) for window in parts] == list(map(len, found))


def test_the_edges_of_a_window(bulk: ZuoraBulk, everything: Window) -> None:
    """It has its first second, and not the one it ends with."""
    row = bulk.page("Account", everything).rows[0]
    created = datetime.fromisoformat(row["CreatedDate"]).replace(microsecond=0)
    for after, before, expected in (
        (created, created + SECOND, True),
        (created + SECOND, created + 2 * SECOND, False),
        (created - SECOND, created, False),
    ):
        assert (row["Id"] in ids(bulk, "Account", Window(after=after, before=before))) is expected


def test_an_empty_window(bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """It is looked at twice; what was counted before is not given up for it."""
    nothing = Window(before=datetime(2007, 1, 1, tzinfo=UTC))
    assert bulk.count("Account", nothing) == 0
    assert bulk.page("Account", nothing) == BulkPage([], 0, None)
    with pytest.raises(Transient) as caught:
        bulk.page("Account", nothing, counted=1)
    assert caught.value.code == "came-up-empty"


def test_what_comes_up_empty_for_a_moment(
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """ZOQL is known to: no window is left out for it, and no change overlooked."""
    size = bulk.count("Account", everything)
    asked: tuple[Callable[[], int], ...] = (
        lambda: bulk.count("Account", everything),
        lambda: bulk.page("Account", everything).size,
        lambda: len(list(bulk.changed_accounts(datetime(2007, 1, 1, tzinfo=UTC)))),
    )
    for ask in asked:
        answer(sandbox, {"size": 0, "done": True})
        assert ask() == size
    assert sandbox.hits() == len(asked)


ROW = {
    "Id": "8a" * 16,
    "AccountNumber": "A1",
    "Status": "Active",
    "CreatedDate": "2020-01-01T00:00:00.000-08:00",
}


def rows(count: int) -> list[dict[str, str]]:
    """So many accounts that differ in their ids."""
    return [{**ROW, "Id": f"{number:032x}"} for number in range(count)]


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
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, body: object
) -> None:
    """It is asked for again; where it stays so, the piece is for later."""
    answer(sandbox, body)
    assert bulk.page("Account", everything).size == bulk.count("Account", everything)
    sandbox.fault("status", code=200, body=json.dumps(body), times=None, **QUERY)
    with pytest.raises(Transient):
        bulk.page("Account", everything)
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
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, body: object
) -> None:
    """A window is not planned on it."""
    answer(sandbox, body)
    assert bulk.count("Account", everything) > 10
    assert sandbox.hits() == 1


@pytest.mark.parametrize("kind", ["truncated", "reset", "timeout_before", "success_false"])
def test_a_page_is_read_again(
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window, kind: str
) -> None:
    """What may pass is bridged, as in every read."""
    sandbox.fault(kind, **QUERY)
    assert bulk.page("Account", everything).rows
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
    bulk: ZuoraBulk, sandbox: Sandbox, changes: dict[str, Any], code: str
) -> None:
    """A page with one of them is not taken, and not asked for again."""
    after = datetime(2020, 1, 1, tzinfo=UTC)
    good = ROW | {"Id": "8b" * 16}
    row = {name: value for name, value in (ROW | changes).items() if value is not None}
    answer(sandbox, {"records": [good, row], "size": 2, "done": True})
    with pytest.raises(Defect) as caught:
        bulk.page("Account", Window(after=after, before=after + timedelta(days=1)))
    assert caught.value.code == code


# locators


@pytest.mark.usefixtures("small_pages")
def test_a_locator_that_has_ended(bulk: ZuoraBulk, sandbox: Sandbox, everything: Window) -> None:
    """After 15 minutes; the window is begun anew, not tried again."""
    locator = bulk.page("Contact", everything).next
    sandbox.setting(locator_ttl=0)
    locator = bulk.page("Contact", everything).next or locator
    with pytest.raises(Stale) as caught:
        bulk.page("Contact", everything, locator)
    assert caught.value.code == "locator-expired"


@pytest.mark.usefixtures("small_pages")
def test_rows_that_change_between_pages(
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """Another number of rows is another result: pages of both would not be one whole."""
    locator = bulk.page("Account", everything).next
    sandbox.ask("POST", "/accounts", json={})
    with pytest.raises(Stale) as caught:
        bulk.page("Account", everything, locator)
    assert caught.value.code == "rows-changed"


@pytest.mark.parametrize("locator", ["7/9", "a/b/c", "7/9/x y", "9"])
def test_where_no_page_ended(bulk: ZuoraBulk, everything: Window, locator: str) -> None:
    """Nothing but what a page gave out leads on."""
    with pytest.raises(Defect, match="not where"):
        bulk.page("Account", everything, locator)


@pytest.mark.usefixtures("small_pages")
def test_the_last_page_has_to_bring_the_rest(
    bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """Rows are counted over all pages, also by another process that goes on with the locator."""
    first, last = pages(bulk, "Account", everything)
    body = {"records": last.rows[1:], "size": last.size, "done": True}
    answer(sandbox, body, MORE)
    assert bulk.page("Account", everything, first.next) == last
    sandbox.fault("status", code=200, body=json.dumps(body), times=None, **MORE)
    with pytest.raises(Transient) as caught:
        bulk.page("Account", everything, first.next)
    assert (caught.value.code, sandbox.hits()) == ("rows-missing", 5)


# what has changed


def test_what_has_changed(
    bulk: ZuoraBulk, dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """Accounts, and the accounts of contacts; what has not is left out."""
    since = datetime.now(UTC)
    assert [*bulk.changed_accounts(since), *bulk.changed_contacts(since)] == []
    (account,) = sandbox.ask("POST", "/accounts", json={})
    (copy, *_) = dot.contacts_of_account(account["account_id"])
    dot.update_contact(copy.id, {"city": "Elsewhere"}, window)
    sandbox.settle()
    assert set(bulk.changed_contacts(since)) == {account["account_id"]}
    assert list(bulk.changed_contacts(since + timedelta(days=1))) == []
    everyone = list(bulk.changed_accounts(datetime(2007, 1, 1, tzinfo=UTC)))
    assert account["account_id"] in everyone
    assert len(everyone) == len(set(everyone)) == 14


@pytest.mark.usefixtures("small_pages")
def test_many_changes_come_by_the_page(bulk: ZuoraBulk, everything: Window) -> None:
    """No more than a page of them is held."""
    found = list(bulk.changed_contacts(datetime(2007, 1, 1, tzinfo=UTC)))
    assert len(found) == bulk.count("Contact", everything) > 7


def test_a_row_that_has_not_changed(bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """Then the condition was not obeyed, and nothing of the answer is believed."""
    row = {"Id": "1", "UpdatedDate": "2019-12-31T23:59:59.000Z"}
    answer(sandbox, {"records": [row], "size": 1, "done": True})
    with pytest.raises(Defect) as caught:
        list(bulk.changed_accounts(datetime(2020, 1, 1, tzinfo=UTC)))
    assert caught.value.code == "filter-dropped"


def test_a_row_that_changed_in_that_very_second(bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """A query knows whole seconds only; what comes with them is as it should be."""
    row = {"Id": "1", "UpdatedDate": "2020-01-01T00:00:00.100Z"}
    answer(sandbox, {"records": [row], "size": 1, "done": True})
    since = datetime(2020, 1, 1, microsecond=500_000, tzinfo=UTC)
    assert list(bulk.changed_accounts(since)) == ["1"]


def test_a_moment_without_a_time_zone(bulk: ZuoraBulk, everything: Window) -> None:
    """It would be one of the tenant's, whichever that is."""
    with pytest.raises(Defect, match="time zone"):
        list(bulk.changed_accounts(datetime(2020, 1, 1)))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="timezone"):
        Window(before=datetime(2020, 1, 1))  # noqa: DTZ001


def test_windows_that_are_none() -> None:
    """Empty, backwards, or with a part of a second that the query would leave out."""
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    for after, before in (
        (begin, begin),
        (begin, begin - SECOND),
        (begin.replace(microsecond=1), begin + SECOND),
        (None, begin.replace(microsecond=1)),
    ):
        with pytest.raises(ValueError, match="window"):
            Window(after=after, before=before)
    second = Window(after=begin, before=begin + SECOND)
    assert second.halves() == (second,)
