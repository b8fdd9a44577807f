"""Zuora, read only: this class has no method that writes (design: "Talking to other systems").

Implements facts/zuora.md, section 1. Every method raises Transient, SignInExpired, Refused (codes
`zuora-permission` and the ones named below) and Defect.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal, TypeVar, Unpack
from urllib.parse import parse_qsl, quote, urlsplit

from clients import zuora_records as records
from clients.answers import Answer, Call
from clients.gate import Gate
from clients.http import Http, OnCall, Options, log_call, options_from
from clients.ledger import Allowance
from clients.shared_secret import Keeper, MemoryKeeper, SharedSecret
from clients.zuora_errors import TokenRefused, checked_body
from clients.zuora_token import TokenRenewal
from config.settings import Settings
from domain.errors import Defect, Refused, Transient
from domain.records import ZuoraAccount, ZuoraInvoice, ZuoraSubscription

T = TypeVar("T")

VERSION = "2025-08-12"
PAGE_SIZE = 40
MOST_PAGES = 200
INVOICE_QUERY = "select Id, InvoiceNumber, InvoiceDate, Status, AccountId from Invoice"
SUBSCRIPTION_QUERY = "select Id, AccountId from Subscription"


class Zuora:
    """What Handover asks Zuora. A key is an account's number or its id."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        *,
        keeper: Keeper | None = None,
        **options: Unpack[Options],
    ) -> None:
        self._http = Http("Zuora", base_url, name_header="Zuora-Track-Id", **options)
        renewal = TokenRenewal(self._http, client_id, client_secret)
        self._token = SharedSecret(keeper or MemoryKeeper(), renewal, TokenRefused)

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        keeper: Keeper | None = None,
        gate: Gate | None = None,
        on_call: OnCall = log_call,
    ) -> "Zuora":
        """The client that the environment describes; without a keeper its token is its own.

        Without a gate of its own it is let through with everybody's calls.
        """
        return cls(
            settings.zuora_url,
            settings.zuora_client_id,
            settings.zuora_client_secret.get_secret_value(),
            keeper=keeper,
            **options_from(settings, "Zuora", allowance_from(settings), on_call, gate),
        )

    def account(self, key: str) -> ZuoraAccount:
        """An account and its contacts. Raises Refused `zuora-account-unknown`."""
        unknown = "zuora-account-unknown"
        call = Call("GET", "/v1/accounts/{key}", f"/v1/accounts/{_segment(key, unknown)}")
        found = records.account(self._ask(call, missing=unknown))
        _same(key, found.id, found.number)
        return found

    def subscriptions(self, account_key: str) -> list[ZuoraSubscription]:
        """The subscriptions that an account owns. Raises Refused `zuora-account-unknown`.

        What it merely pays for stands on the owner's account and is not in the list.
        """
        unknown = "zuora-account-unknown"
        name = "/v1/subscriptions/accounts/{key}"
        path = f"/v1/subscriptions/accounts/{_segment(account_key, unknown)}"
        call: Call | None = Call("GET", name, path, params=[("pageSize", str(PAGE_SIZE))])
        found: list[ZuoraSubscription] = []
        for _ in range(MOST_PAGES):
            if call is None:
                return found
            body = self._ask(call, missing=unknown)
            found += [records.subscription(row) for row in rows_of(body, "subscriptions")]
            call = self._next_page(name, body.get("nextPage"))
        raise Defect(f"Zuora: {name}: more than {MOST_PAGES} pages")

    def invoice(self, number_or_id: str) -> ZuoraInvoice:
        """An invoice. Raises Refused `zuora-invoice-unknown`."""
        unknown = "zuora-invoice-unknown"
        path = f"/v1/invoices/{_segment(number_or_id, unknown)}"
        found = records.invoice(self._ask(Call("GET", "/v1/invoices/{key}", path), missing=unknown))
        _same(number_or_id, found.id, found.number)
        return found

    def invoices(self, account_id: str) -> list[ZuoraInvoice]:
        """All invoices of an account, by its id of 32 hex digits; the newest first.

        An empty result is asked for once more: ZOQL is known to come up empty for a moment.
        """
        if not re.fullmatch(r"[0-9a-f]{32}", account_id):
            raise Defect("Zuora: an account id for a query must be 32 hex digits")
        query = f"{INVOICE_QUERY} where AccountId = '{account_id}'"
        rows = list(self._query(query)) or list(self._query(query))
        found = [records.invoice_row(row) for row in rows]
        if any(invoice.account_id != account_id for invoice in found):
            raise Defect("Zuora: an invoice query returned another account's invoices")
        return sorted(found, key=lambda invoice: (invoice.date, invoice.number), reverse=True)

    def owners_of_subscription(self, number: str) -> list[str]:
        """The ids of the accounts that own a subscription of this number, in any of its versions.

        Empty if there is none. An empty result is asked for once more, as for invoices.
        """
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", number):
            raise Refused("Zuora: this can't be a subscription's number", code="zuora-number")
        query = f"{SUBSCRIPTION_QUERY} where Name = '{number}'"
        rows = list(self._query(query)) or list(self._query(query))
        return list(dict.fromkeys(records.needed(row, "AccountId") for row in rows))

    def zoql(
        self,
        action: Literal["query", "queryMore"],
        request: dict[str, Any],
        understand: Callable[[Answer], T],
    ) -> T:
        """What `understand` makes of one answer to a query: a read, though it is sent as a POST."""
        path = f"/v1/action/{action}"
        return self._read(Call("POST", path, path, json=request), understand)

    def _query(self, query: str) -> Iterator[dict[str, Any]]:
        body = self.zoql("query", {"queryString": query}, query_body)
        for _ in range(MOST_PAGES):
            yield from rows_of(body, "records")
            if body["done"]:
                return
            body = self.zoql("queryMore", {"queryLocator": body.get("queryLocator")}, query_body)
        raise Defect(f"Zuora: a query has more than {MOST_PAGES} pages")

    def _next_page(self, name: str, address: object) -> Call | None:
        """The call for the next page. Our token goes to our own host only; else raises Defect."""
        if not address:
            return None
        prefix = f"{self._http.base_url}/"
        if not isinstance(address, str) or not address.startswith(prefix):
            raise Defect(f"Zuora: {name}: the next page is on another host")
        parts = urlsplit(address.removeprefix(self._http.base_url))
        return Call("GET", name, parts.path, params=parse_qsl(parts.query))

    def _ask(self, call: Call, *, missing: str) -> dict[str, Any]:
        """The body of a good answer."""
        return self._read(call, lambda answer: _with_sign(answer, missing, "success"))

    def _read(self, call: Call, understand: Callable[[Answer], T]) -> T:
        """What `understand` makes of the answer; a token that was refused is renewed once."""
        return self._token.use(
            lambda token: self._http.read(_signed(call, token.value), understand)
        )


def allowance_from(settings: Settings) -> Allowance:
    """What all calls of this installation together may ask of Zuora."""
    return Allowance(settings.zuora_at_once, settings.zuora_per_minute)


def query_body(answer: Answer) -> dict[str, Any]:
    """The body of a good answer to a query, which has no `success`."""
    return _with_sign(answer, "", "done")


def _with_sign(answer: Answer, missing: str, sign: str) -> dict[str, Any]:
    """A body with the key without which a 2xx is no good answer."""
    body = checked_body(answer, missing=missing)
    if not isinstance(body.get(sign), bool):
        raise Transient(f"{answer.title}: no {sign} in the answer", code="unreadable")
    return body


def _signed(call: Call, token: str) -> Call:
    headers = {
        "Authorization": f"Bearer {token}",
        "Zuora-Version": VERSION,
        "Accept": "application/json",
    }
    return replace(call, headers=headers)


def _segment(key: str, unknown: str) -> str:
    """A key as one part of a path. What can't be a key is refused before anything is sent."""
    if not key.strip(". ") or not key.isprintable():
        raise Refused("Zuora: this can't be the key of a record", code=unknown)
    return quote(key, safe="")


def _same(asked: str, *found: str) -> None:
    if asked.casefold() not in {key.casefold() for key in found}:
        raise Defect("Zuora: the answer is about another record than the one asked for")


def rows_of(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The rows of a page. An empty ZOQL result may leave them out."""
    rows = body.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Defect(f"Zuora: {key} is not a list of records")
    return rows
