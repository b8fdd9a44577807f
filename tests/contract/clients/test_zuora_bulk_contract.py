"""Accounts and contacts by the page, against the sandbox."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from clients import zuora_bulk as module
from clients.customersdot import CustomersDot
from clients.zoql import SECOND, What, Window
from clients.zuora_bulk import FIELDS, NEVER_NULL, BulkPage, ZuoraBulk
from domain.errors import Defect, Stale, Transient
from domain.windows import WriteWindow
from tests.contract.clients.sandbox_control import Sandbox
from tests.contract.clients.zoql_answers import MORE, answer, rows

pytestmark = pytest.mark.usefixtures("no_pauses")

LONG_AGO = datetime(2007, 1, 1, tzinfo=UTC)
WHATS: tuple[What, ...] = ("Account", "Contact")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rows for a page."""
    monkeypatch.setattr(module, "BATCH", 7)


def pages(zuora_bulk: ZuoraBulk, what: What, window: Window) -> Iterator[BulkPage]:
    page = zuora_bulk.page(what, window)
    yield page
    while page.next:
        page = zuora_bulk.page(what, window, page.next)
        yield page


def ids(zuora_bulk: ZuoraBulk, what: What, window: Window) -> set[str]:
    return {row["Id"] for page in pages(zuora_bulk, what, window) for row in page.rows}


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.usefixtures("small_pages")
def test_pages_hold_every_record_once(
    zuora_bulk: ZuoraBulk, everything: Window, what: What
) -> None:
    """As many as there are, whatever the number of pages; each says how many."""
    found = list(pages(zuora_bulk, what, everything))
    size = zuora_bulk.count(what, everything)
    assert len(found) == -(-size // 7) > 1
    assert [len(page.rows) for page in found[:-1]] == [7] * (len(found) - 1)
    assert {page.size for page in found} == {size}
    assert len({row["Id"] for page in found for row in page.rows}) == size
    assert [page.next for page in found].count(None) == 1


def test_what_a_row_has(zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window) -> None:
    """Zuora's own names; what is null is left out."""
    truth = sandbox.truth("A00000001")["zuora"]
    (account,) = (
        row
        for row in zuora_bulk.page("Account", everything).rows
        if row["AccountNumber"] == "A00000001"
    )
    assert set(account) == set(FIELDS["Account"])
    assert account["SoldToId"] == truth["sold_to"]["id"]
    assert account["Status"] == "Active"
    for row in zuora_bulk.page("Contact", everything).rows:
        assert set(NEVER_NULL["Contact"]) <= set(row) <= set(FIELDS["Contact"])
        if row["Id"] == account["SoldToId"]:
            assert row["WorkEmail"] == truth["sold_to"]["work_email"]
            assert row["AccountId"] == truth["account"]["id"]
            assert "Address2" not in row


@pytest.mark.parametrize("what", WHATS)
def test_windows_share_out_every_record(
    zuora_bulk: ZuoraBulk, everything: Window, what: What
) -> None:
    """Each record is in one half and no other, however often a window is halved."""
    whole, parts = ids(zuora_bulk, what, everything), [everything]
    for _ in range(5):
        parts = [half for window in parts for half in window.halves()]
    found = [ids(zuora_bulk, what, window) for window in parts]
    assert sum(map(len, found)) == len(whole)
    assert set().union(*found) == whole
    assert [zuora_bulk.count(what, window) for window in parts] == list(map(len, found))


def test_the_edges_of_a_window(zuora_bulk: ZuoraBulk, everything: Window) -> None:
    """It has its first second, and not the one it ends with."""
    row = zuora_bulk.page("Account", everything).rows[0]
    created = datetime.fromisoformat(row["CreatedDate"]).replace(microsecond=0)
    for after, before, expected in (
        (created, created + SECOND, True),
        (created + SECOND, created + 2 * SECOND, False),
        (created - SECOND, created, False),
    ):
        assert (
            row["Id"] in ids(zuora_bulk, "Account", Window(after=after, before=before))
        ) is expected


def test_an_empty_window(zuora_bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """It is looked at twice; what was counted before is not given up for it."""
    nothing = Window(before=LONG_AGO)
    assert zuora_bulk.count("Account", nothing) == 0
    assert zuora_bulk.page("Account", nothing) == BulkPage([], 0, None)
    with pytest.raises(Transient) as caught:
        zuora_bulk.page("Account", nothing, counted=1)
    assert caught.value.code == "came-up-empty"


def test_what_comes_up_empty_for_a_moment(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """ZOQL is known to: no window is left out for it, and no change overlooked."""
    size = zuora_bulk.count("Account", everything)
    asked: tuple[Callable[[], int], ...] = (
        lambda: zuora_bulk.count("Account", everything),
        lambda: zuora_bulk.page("Account", everything).size,
        lambda: len(list(zuora_bulk.changed_accounts(LONG_AGO))),
    )
    for ask in asked:
        answer(sandbox, {"size": 0, "done": True})
        assert ask() == size
    assert sandbox.hits() == len(asked)


# locators


@pytest.mark.usefixtures("small_pages")
def test_a_locator_that_has_ended(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """After 15 minutes; the window is begun anew, not tried again."""
    locator = zuora_bulk.page("Contact", everything).next
    sandbox.setting(locator_ttl=0)
    locator = zuora_bulk.page("Contact", everything).next or locator
    with pytest.raises(Stale) as caught:
        zuora_bulk.page("Contact", everything, locator)
    assert caught.value.code == "locator-expired"


@pytest.mark.usefixtures("small_pages")
def test_rows_that_change_between_pages(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """Another number of rows is another result: pages of both would not be one whole."""
    page = zuora_bulk.page("Account", everything)
    answer(sandbox, {"records": rows(7), "size": page.size + 1, "done": False}, MORE)
    with pytest.raises(Stale) as caught:
        zuora_bulk.page("Account", everything, page.next)
    assert caught.value.code == "rows-changed"
    sandbox.ask("POST", "/accounts", json={})
    with pytest.raises(Stale) as caught:
        zuora_bulk.page("Account", everything, page.next)
    assert caught.value.code == "rows-changed"


@pytest.mark.parametrize("locator", ["7/9", "a/b/c", "7/9/x y", "9"])
def test_where_no_page_ended(zuora_bulk: ZuoraBulk, everything: Window, locator: str) -> None:
    """Nothing but what a page gave out leads on."""
    with pytest.raises(Defect, match="not where"):
        zuora_bulk.page("Account", everything, locator)


@pytest.mark.usefixtures("small_pages")
def test_the_last_page_has_to_bring_the_rest(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """Rows are counted over all pages, also by another process that goes on with the locator."""
    first, last = pages(zuora_bulk, "Account", everything)
    body = {"records": last.rows[1:], "size": last.size, "done": True}
    answer(sandbox, body, MORE)
    assert zuora_bulk.page("Account", everything, first.next) == last
    sandbox.fault("status", code=200, body=json.dumps(body), times=None, **MORE)
    with pytest.raises(Stale) as caught:
        zuora_bulk.page("Account", everything, first.next)
    assert (caught.value.code, sandbox.hits()) == ("rows-changed", 5)


@pytest.mark.usefixtures("small_pages")
def test_another_failure_of_a_later_page(
    zuora_bulk: ZuoraBulk, sandbox: Sandbox, everything: Window
) -> None:
    """It says nothing about the rows: the same page is for later."""
    page = zuora_bulk.page("Account", everything)
    sandbox.fault("status", code=503, times=None, **MORE)
    with pytest.raises(Transient) as caught:
        zuora_bulk.page("Account", everything, page.next)
    assert caught.value.code == "server-error"
    sandbox.ask("DELETE", "/faults")
    assert zuora_bulk.page("Account", everything, page.next).next is None


# what has changed


def test_what_has_changed(
    zuora_bulk: ZuoraBulk, dot: CustomersDot, sandbox: Sandbox, window: WriteWindow
) -> None:
    """Accounts, and the accounts of contacts; what has not is left out."""
    since = datetime.now(UTC)
    assert [*zuora_bulk.changed_accounts(since), *zuora_bulk.changed_contacts(since)] == []
    (account,) = sandbox.ask("POST", "/accounts", json={})
    (copy, *_) = dot.contacts_of_account(account["account_id"])
    dot.update_contact(copy.id, {"city": "Elsewhere"}, window)
    sandbox.settle()
    assert set(zuora_bulk.changed_contacts(since)) == {account["account_id"]}
    assert list(zuora_bulk.changed_contacts(since + timedelta(days=1))) == []
    everyone = list(zuora_bulk.changed_accounts(LONG_AGO))
    assert account["account_id"] in everyone
    assert len(everyone) == len(set(everyone)) == 14


@pytest.mark.usefixtures("small_pages")
def test_many_changes_come_by_the_page(zuora_bulk: ZuoraBulk, everything: Window) -> None:
    """No more than a page of them is held."""
    found = list(zuora_bulk.changed_contacts(LONG_AGO))
    assert len(found) == zuora_bulk.count("Contact", everything) > 7


@pytest.mark.usefixtures("small_pages")
def test_changes_that_change_on(zuora_bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """They are read from the beginning, a few times; then they are for later."""
    expired = {"FaultCode": "INVALID_QUERY_LOCATOR", "FaultMessage": "gone"}
    answer(sandbox, expired, MORE, 400)
    found = list(zuora_bulk.changed_accounts(LONG_AGO))
    assert (len(found), len(set(found))) == (20, 13)
    sandbox.fault("status", code=400, body=json.dumps(expired), times=None, **MORE)
    with pytest.raises(Transient) as caught:
        list(zuora_bulk.changed_accounts(LONG_AGO))
    assert (caught.value.code, sandbox.hits()) == ("rows-changed", 6)


def test_a_row_that_has_not_changed(zuora_bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """Then the condition was not obeyed, and nothing of the answer is believed."""
    row = {"Id": "1", "UpdatedDate": "2019-12-31T23:59:59.000Z"}
    answer(sandbox, {"records": [row], "size": 1, "done": True})
    with pytest.raises(Defect) as caught:
        list(zuora_bulk.changed_accounts(datetime(2020, 1, 1, tzinfo=UTC)))
    assert caught.value.code == "filter-dropped"


def test_a_row_that_changed_in_that_very_second(zuora_bulk: ZuoraBulk, sandbox: Sandbox) -> None:
    """A query knows whole seconds only; what comes with them is as it should be."""
    row = {"Id": "1", "UpdatedDate": "2020-01-01T00:00:00.100Z"}
    answer(sandbox, {"records": [row], "size": 1, "done": True})
    since = datetime(2020, 1, 1, microsecond=500_000, tzinfo=UTC)
    assert list(zuora_bulk.changed_accounts(since)) == ["1"]


def test_a_moment_without_a_time_zone(zuora_bulk: ZuoraBulk, everything: Window) -> None:
    """It would be one of the tenant's, whichever that is."""
    with pytest.raises(Defect, match="time zone"):
        list(zuora_bulk.changed_accounts(datetime(2020, 1, 1)))  # noqa: DTZ001 - that is the point
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
