"""The tables of a tidy population: which columns are filled in, and the running numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sandbox.people import Person
from sandbox.population import tidy_shares as shares
from sandbox.population.sheets import Sheet
from sandbox.tables import (
    ACCOUNT,
    BILLING_ACCOUNT,
    CONTACT,
    CONTACT_COPY,
    CUSTOMER,
    MEMBERSHIP,
    SUBSCRIPTION,
)

STAMPS = ("created_at", "updated_at")


@dataclass(frozen=True)
class Postal:
    """Where somebody lives: street, city, state, postal code and country."""

    street: str
    city: str
    state: str
    code: str
    country: str


@dataclass(frozen=True)
class Contact:
    """A Zuora contact or, under the same id, CustomersDot's copy of it."""

    id: str
    person: Person
    postal: Postal


class Sheets:
    """What is to be written down in both systems."""

    def __init__(self, random: Random) -> None:
        """Draw gaps in the running numbers from `random`."""
        self._accounts = Sheet(
            ACCOUNT, "id", "number", "name", "status", "bill_to_id", "sold_to_id", *STAMPS
        )
        person = ("first_name", "last_name", "work_email")
        address = ("city", "state")
        self._contacts = Sheet(
            *(CONTACT, "id", "account_id", *person, "address1", *address, "zip_code", "country"),
            *STAMPS,
        )
        self._subscriptions = Sheet(
            *(SUBSCRIPTION, "id", "number", "account_id", "invoice_owner_id", "sold_to_id"),
            *("term_start_date", "term_end_date", *STAMPS),
        )
        self._copies = Sheet(
            *(CONTACT_COPY, "id", "zuora_contact_id", "zuora_account_id", *person),
            *("address_1", *address, "postal_code", "country", *STAMPS),
        )
        self._billing_accounts = Sheet(
            *(BILLING_ACCOUNT, "id", "zuora_account_id", "zuora_account_number"),
            *("zuora_account_name", "sold_to_contact_id", "bill_to_contact_id", *STAMPS),
        )
        self._customers = Sheet(
            *(CUSTOMER, "id", "first_name", "last_name", "email", "login_activated"),
            *("unconfirmed_email", "confirmed_at", *STAMPS),
        )
        self._memberships = Sheet(MEMBERSHIP, "id", "customer_id", "billing_account_id", *STAMPS)
        self._next = {
            name: _numbers(random) for name in ("copy", "billing", "customer", "membership")
        }

    def store(self, db: sqlite3.Connection) -> None:
        """Write everything down that was collected."""
        for sheet in vars(self).values():
            if isinstance(sheet, Sheet):
                sheet.store(db)

    def account(
        self, ids: tuple[str, str], name: str, status: str, roles: tuple[str, str], at: str
    ) -> None:
        """A Zuora account: id and number, and the contacts who are Bill To and Sold To."""
        self._accounts.rows.append((*ids, name, status, *roles, at, at))

    def contact(self, one: Contact, account_id: str, at: str) -> None:
        """A Zuora contact."""
        self._contacts.rows.append((one.id, account_id, *_details(one), at, at))

    def subscription(self, ids: tuple[str, str], account_id: str, sold_to: str, at: str) -> None:
        """A subscription, id and number, with a Sold To of its own."""
        term = (at[:10], f"{int(at[:4]) + 10}{at[4:8]}01")
        self._subscriptions.rows.append((*ids, account_id, account_id, sold_to, *term, at, at))

    def copy(self, one: Contact, account_id: str, at: str) -> int:
        """CustomersDot's copy of a contact; its id."""
        key = self._next["copy"]()
        self._copies.rows.append((key, one.id, account_id, *_details(one), at, at))
        return key

    def billing_account(
        self, ids: tuple[str, str], name: str, copies: tuple[int | None, int | None], at: str
    ) -> int:
        """CustomersDot's record of an account, with the copies of Sold To and Bill To; its id."""
        key = self._next["billing"]()
        self._billing_accounts.rows.append((key, *ids, name, *copies, at, at))
        return key

    def customer(self, one: Person, at: str, *, login: bool = True, new: str | None = None) -> int:
        """A Customer, perhaps with a new address that waits to be confirmed; the id."""
        key = self._next["customer"]()
        person = (one.first_name, one.last_name, one.email)
        self._customers.rows.append((key, *person, login, new, at, at, at))
        return key

    def membership(self, customer: int, billing: int, at: str) -> None:
        """A Customer manages a billing account."""
        self._memberships.rows.append((self._next["membership"](), customer, billing, at, at))


def _details(one: Contact) -> tuple[str, ...]:
    who, where = one.person, one.postal
    person = (who.first_name, who.last_name, who.email)
    return (*person, where.street, where.city, where.state, where.code, where.country)


def _numbers(random: Random) -> Callable[[], int]:
    """Running numbers from 1, with the gaps that deleted records leave."""
    last = 0

    def following() -> int:
        nonlocal last
        last += 1
        if random.random() < shares.GAP:
            last += random.randint(1, shares.LONGEST_GAP)
        return last

    return following
