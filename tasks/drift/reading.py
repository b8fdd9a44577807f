"""The second phase of a full scan: pages become rows of the scratch tables.

Names, addresses and emails leave this module as keyed hashes of their normal forms, and in no other
form. A page is written down before its piece says that it was read; to read it twice is no harm.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Table

from clients.customersdot_records import CONTACT_COLUMNS
from clients.zoql import What, Window
from clients.zuora_bulk import BulkPage
from config.settings import settings
from domain.drift import normal
from domain.drift.differences import ACTIVE
from domain.errors import Stale, Transient
from tasks.drift import scratch
from tasks.drift.clients import calls_counted, customersdot_bulk, zuora_bulk
from worker.journal import scratch_schema as tables
from worker.runtime import journal
from worker.scans.piece import Piece

Page = Mapping[str, Any]
Line = tuple[Any, ...]

MOST_BEGINNINGS = 5
"""Times that a window is begun anew before its piece waits a while."""


def read(piece: Piece) -> None:
    """Reads one window of Zuora or one range of CustomersDot, from where an earlier worker was."""
    with calls_counted(piece.call), scratch.opened(piece.scan_id) as into:
        if "model" in piece.spec:
            _read_range(piece, into)
        else:
            _read_window(piece, into)


def _read_range(piece: Piece, into: scratch.Scratch) -> None:
    model, high, width = piece.spec["model"], piece.spec["high"], settings().drift_page
    table, line = _MODELS[model]
    for low in range(int(piece.cursor or piece.spec["low"]), high + 1, width):
        until = min(low + width - 1, high)
        rows = customersdot_bulk().page(model, low, until)
        into.put(table, [made for row in rows if (made := line(row))])
        piece.progress(str(until + 1), rows=len(rows))


def _read_window(piece: Piece, into: scratch.Scratch) -> None:
    table, line = _OBJECTS[piece.spec["what"]]
    for _ in range(MOST_BEGINNINGS):
        try:
            page = _page(piece)
            while True:
                into.put(table, [line(row) for row in page.rows])
                if page.next is None:
                    piece.counts(rows=len(page.rows))
                    return
                piece.progress(page.next, rows=len(page.rows))
                page = _page(piece)
        except Stale:
            piece.begin_anew()
    raise Transient("Zuora: the rows of a window change all the time", code="rows-changed")


def _page(piece: Piece) -> BulkPage:
    what: What = piece.spec["what"]
    window = Window.model_validate(piece.spec["window"])
    counted = piece.spec["counted"]
    if piece.cursor is None and piece.lease.attempt > 1:  # it may have come up empty before
        counted = zuora_bulk().count(what, window)
    return zuora_bulk().page(what, window, piece.cursor, counted=counted)


class Marks:
    """Keyed hashes of what is compared, alike for both systems."""

    def __init__(self, marker: Callable[[str], Callable[[str], bytes | None]]) -> None:
        self._mailbox, self._name = marker("mailbox"), marker("name")
        self._address = marker("address")

    def mailbox(self, email: str | None) -> bytes | None:
        """Of the mailbox that an email names."""
        return self._mailbox(normal.email(email))

    def name(self, first: str | None, last: str | None) -> bytes | None:
        """Of somebody's names."""
        return self._name(normal.name(first, last))

    def address(self, fields: Mapping[str, str | None]) -> bytes | None:
        """Of a postal address, by our names of its fields."""
        return self._address(normal.address(fields))


@lru_cache(maxsize=1)
def _marks() -> Marks:
    return Marks(journal().vault.marker)


_POSTAL_IN_ZUORA = {
    "address1": "Address1",
    "address2": "Address2",
    "city": "City",
    "state": "State",
    "postal_code": "PostalCode",
    "country": "Country",
}
_POSTAL_IN_COPIES = {ours: CONTACT_COLUMNS[ours] for ours in normal.ADDRESS_FIELDS}


def _account(row: Page) -> Line:
    return row["Id"], row.get("SoldToId"), row["Status"] == ACTIVE


def _contact(row: Page) -> Line:
    marks, get = _marks(), row.get
    return (
        row["Id"],
        marks.mailbox(get("WorkEmail")),
        marks.name(get("FirstName"), get("LastName")),
        marks.address({ours: get(theirs) for ours, theirs in _POSTAL_IN_ZUORA.items()}),
    )


def _billing_account(row: Page) -> Line:
    """A blank id is that of no account."""
    account = row["zuora_account_id"]
    return row["id"], account if account and account.strip() else None


def _copy(row: Page) -> Line:
    marks = _marks()
    return (
        row["id"],
        row["zuora_contact_id"],
        row["zuora_account_id"],
        marks.mailbox(row["work_email"]),
        marks.name(row["first_name"], row["last_name"]),
        marks.address({ours: row[theirs] for ours, theirs in _POSTAL_IN_COPIES.items()}),
    )


def _customer(row: Page) -> Line:
    marks = _marks()
    return (
        row["id"],
        marks.mailbox(row["email"]),
        marks.name(row["first_name"], row["last_name"]),
        row["login_activated"] is True,
        bool((row["unconfirmed_email"] or "").strip()),
    )


def _membership(row: Page) -> Line:
    """Nothing, where it lacks one of its ends: then nobody manages anything by it."""
    ends = row["customer_id"], row["billing_account_id"]
    return () if None in ends else (row["id"], *ends)


_OBJECTS: Mapping[str, tuple[Table, Callable[[Page], Line]]] = {
    "Account": (tables.accounts, _account),
    "Contact": (tables.contacts, _contact),
}
_MODELS: Mapping[str, tuple[Table, Callable[[Page], Line]]] = {
    "billing_account": (tables.billing_accounts, _billing_account),
    "billing_account_contact": (tables.copies, _copy),
    "customer": (tables.customers, _customer),
    "billing_account_membership": (tables.memberships, _membership),
}
