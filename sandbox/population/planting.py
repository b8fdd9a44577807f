"""Writes drawn accounts down in both systems."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime

from sandbox.columns import Row, Value
from sandbox.licences import Issue, activation_row, licence_row
from sandbox.mapping import copy_from_contact
from sandbox.people import Person, hex_id
from sandbox.population.batch import Batch
from sandbox.population.draw import Account, Member, Stream, account_number
from sandbox.tables import (
    ACCOUNT,
    BILLING_ACCOUNT,
    CLOUD_ACTIVATION,
    CONTACT,
    CONTACT_COPY,
    CUSTOMER,
    INSTANCE_ACTIVATION,
    INVOICE,
    LICENSE,
    MEMBERSHIP,
    SUBSCRIPTION,
)

BATCH = 2000
DEACTIVATED = 90


def plant(db: sqlite3.Connection, count: int, number: int, today: date | None = None) -> None:
    """Fill an empty world with `count` accounts; ages count back from `today`."""
    planter = _Planter(db, number, today or datetime.now(UTC).date())
    for account in Stream(number).accounts(count):
        planter.plant(account)
    planter.batch.store()


class _Planter:
    """Knows the ids that accounts drawn later refer to."""

    def __init__(self, db: sqlite3.Connection, number: int, today: date) -> None:
        self.batch = Batch(db, today)
        self._number = number
        self._today = today
        self._contacts: dict[int, tuple[str, str]] = {}

    def _id(self, kind: str, position: int) -> str:
        return hex_id(f"{kind}-{self._number}", account_number(position))

    def plant(self, account: Account) -> None:
        """One account with everything that belongs to it."""
        contacts = self._zuora(account)
        billing = self._billing_account(account, contacts)
        self._licence(account, billing)
        for member in account.members:
            self._customer(account, member)
        if account.stray:
            self._stray(account, account.stray)
        for trait in account.traits:
            self.batch.trait(trait, account.number)
        if (account.position + 1) % BATCH == 0:
            self.batch.store()

    def _zuora(self, account: Account) -> dict[str, Row]:
        """The account, its contacts, subscriptions and invoices; returns contacts by role."""
        here = account.position
        sold_to = self._contact(account, "sold-to", account.sold_to, account.contact_email)
        contacts = {"sold_to": sold_to, "bill_to": sold_to}
        if account.bill_to:
            contacts["bill_to"] = self._contact(account, "bill-to", account.bill_to)
        override = self._contact(account, "other", account.override) if account.override else None
        self.batch.add(
            ACCOUNT,
            account.age,
            {
                "id": self._id("account", here),
                "number": account.number,
                "name": account.name,
                "crm_id": f"001{self._id('crm', here)[:15]}",
                "status": "Canceled" if account.canceled else "Active",
                "bill_to_id": contacts["bill_to"]["id"],
                "sold_to_id": sold_to["id"],
            },
        )
        self._contacts[here] = (str(contacts["bill_to"]["id"]), str(sold_to["id"]))
        for index, state in enumerate(account.states):
            self._subscription(account, index, state, override if index == 0 else None)
        self._invoices(account)
        return contacts | ({"other": override} if override else {})

    def _contact(
        self, account: Account, role: str, person: Person, email: str | None = None
    ) -> Row:
        city, state, code, country = account.place
        return self.batch.add(
            CONTACT,
            account.age,
            {
                "id": self._id(role, account.position),
                "account_id": self._id("account", account.position),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "work_email": email or person.email,
                "address1": f"{account.position % 90 + 1} Sample Way",
                "city": city,
                "state": state,
                "zip_code": code,
                "country": country,
            },
        )

    def _owner(self, account: Account) -> int:
        return account.position if account.invoice_owner is None else account.invoice_owner

    def _subscription(self, account: Account, index: int, state: str, override: Row | None) -> None:
        self.batch.add(
            SUBSCRIPTION,
            account.age,
            {
                "id": self._id(f"subscription{index}", account.position),
                "number": _subscription_name(account, index),
                "account_id": self._id("account", account.position),
                "invoice_owner_id": self._id("account", self._owner(account)),
                "status": state,
                "term_start_date": self.batch.day(account.age % 365),
                "term_end_date": self.batch.day(account.age % 365 - 365),
                "sold_to_id": override["id"] if override else None,
            },
        )

    def _invoices(self, account: Account) -> None:
        """On the account of whoever pays."""
        owner = self._owner(account)
        for index, one in enumerate(account.invoices):
            self.batch.add(
                INVOICE,
                one.age,
                {
                    "id": self._id(f"invoice{index}", account.position),
                    "number": f"INV{account.number[1:]}{index}",
                    "account_id": self._id("account", owner),
                    "invoice_date": self.batch.day(one.age),
                    "due_date": self.batch.day(one.age - 30),
                    "amount": 1188.0,
                    "status": one.status,
                    "posted_date": None if one.status == "Draft" else self.batch.day(one.age),
                    "reversed": one.reversed,
                    "bill_to_id": self._contacts[owner][0],
                    "sold_to_id": self._contacts[account.position][1],
                },
            )

    def _billing_account(self, account: Account, contacts: dict[str, Row]) -> Value:
        copies: dict[Value, Value] = {}
        for contact in contacts.values():
            if contact["id"] not in copies:
                copy = self.batch.add(CONTACT_COPY, account.age, copy_from_contact(contact))
                copies[contact["id"]] = copy["id"]
        row = self.batch.add(
            BILLING_ACCOUNT,
            account.age,
            {
                "zuora_account_id": self._id("account", account.position),
                "zuora_account_name": account.name,
                "zuora_account_number": account.number,
                "zuora_account_entity": "Sandbox Entity",
                "salesforce_account_id": f"001{self._id('crm', account.position)[:15]}",
                "sold_to_contact_id": copies[contacts["sold_to"]["id"]],
                "bill_to_contact_id": copies[contacts["bill_to"]["id"]],
            },
        )
        return row["id"]

    def _licence(self, account: Account, billing: Value) -> None:
        if account.licence is None:
            return
        key, name = self._id("subscription0", account.position), _subscription_name(account, 0)
        issue = Issue(
            billing, key, name, account.name, account.sold_to, account.licence, self._today
        )
        if not account.licence.startswith("cloud"):
            self.batch.add(LICENSE, account.age, licence_row(issue))
            return
        code = self.batch.add(CLOUD_ACTIVATION, account.age, activation_row(issue))
        if account.licence == "cloud-used":
            used: Row = {
                "cloud_activation_id": code["id"],
                "self_managed_instance_id": self._id("instance", account.position),
                "activated_at": self.batch.stamp(30),
            }
            self.batch.add(INSTANCE_ACTIVATION, 30, used)

    def _customer(self, account: Account, member: Member) -> None:
        """A Customer with their history, and their membership if they have one."""
        off = member.login == "off-later"
        customer = self.batch.add(
            CUSTOMER,
            account.age,
            {
                "first_name": member.person.first_name,
                "last_name": member.person.last_name,
                "email": member.person.email,
                "login_activated": member.login != "never",
                "confirmed_at": self.batch.stamp(account.age),
                "uid": member.uid,
                "provider": "gitlab" if member.uid else None,
            },
        )
        if off:
            self.batch.switch_off(customer, DEACTIVATED)
        if member.manages is not None:
            # Billing accounts are counted like the accounts they belong to.
            link: Row = {"customer_id": customer["id"], "billing_account_id": member.manages + 1}
            self.batch.add(MEMBERSHIP, account.age, link)

    def _stray(self, account: Account, person: Person) -> None:
        """A copy of a contact whose account CustomersDot does not have."""
        self.batch.add(
            CONTACT_COPY,
            account.age,
            {
                "zuora_contact_id": self._id("stray", account.position),
                "zuora_account_id": self._id("gone", account.position),
                "first_name": person.first_name,
                "last_name": person.last_name,
                "work_email": person.email,
            },
        )


def _subscription_name(account: Account, index: int) -> str:
    return f"A-S{account.number[1:]}{index or ''}"
