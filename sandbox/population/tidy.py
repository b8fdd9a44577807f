"""A population in which both systems agree about every account that is not canceled.

Sold To and copy say the same, and the Sold To's Customer has that address and name, is a member and
may log in; letter case, whitespace and codes of countries aside. What else differs is usual. There
are no licences, invoices, orders or history lines: such a population is for looking at very many
accounts. `tidy_shares` says how often what occurs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random

from sandbox.people import Person, hex_id
from sandbox.population import names
from sandbox.population import tidy_shares as shares
from sandbox.population.crowd import Crowd
from sandbox.population.draw import account_number
from sandbox.population.moments import Moments
from sandbox.population.sheets import loading
from sandbox.population.tidy_sheets import Contact, Postal, Sheets
from sandbox.zuora.geography import COUNTRIES

BATCH = 2000
CODES = {name: code for code, name in COUNTRIES.items()}
TIDY = "tidy"


def plant(db: sqlite3.Connection, count: int, number: int, today: date | None = None) -> None:
    """Fill an empty world with `count` accounts; the same number and date are the same data."""
    with loading(db):
        planter = _Planter(count, number, today or datetime.now(UTC).date())
        for position in range(count):
            planter.plant(position)
            if position % BATCH == BATCH - 1:
                planter.sheets.store(db)
        planter.sheets.store(db)


class _Planter:
    """Draws one account after the other; the fields are about the one that is being drawn."""

    def __init__(self, count: int, number: int, today: date) -> None:
        random = Random(number)  # noqa: S311 - repeatable on purpose
        self.sheets = Sheets(random)
        self._random = random.random
        self._crowd = Crowd(random)
        self._moments = Moments(random, today, count)
        self._population = number
        self._number = self._account_id = self._domain = self._at = ""
        # What a canceled account is like; the others are all tidy.
        self._state = TIDY

    def plant(self, position: int) -> None:
        """One account with everything that belongs to it."""
        self._number, self._domain = account_number(position), f"firm{position}.example"
        self._account_id = self._id("account")
        self._at = self._moments.of(position)
        canceled = self._random() < shares.CANCELED
        self._state = self._one_of(shares.CANCELED_STATES) if canceled else TIDY
        sold_to = self._contact("sold-to", self._crowd.person(self._domain))
        shared = self._random() < shares.SHARED_CONTACT
        bill_to = sold_to if shared else self._bill_to(sold_to)
        name = f"{self._one_of(names.COMPANY)} {self._one_of(names.LINE)}"
        status, roles = "Canceled" if canceled else "Active", (bill_to.id, sold_to.id)
        self.sheets.account((self._account_id, self._number), name, status, roles, self._at)
        self._more_contacts()
        billing = self._billing_account(name, sold_to, bill_to)
        self._sold_to(sold_to.person, billing)
        self._others(None if bill_to.person is sold_to.person else bill_to.person, billing)

    def _one_of(self, choices: Sequence[str]) -> str:
        return choices[int(self._random() * len(choices))]

    def _id(self, kind: str) -> str:
        return hex_id(f"{kind}-tidy-{self._population}", self._number)

    def _postal(self) -> Postal:
        place = names.PLACES[int(self._random() * len(names.PLACES))]
        return Postal(f"{int(self._random() * 90) + 1} Sample Way", *place)

    def _contact(self, kind: str, person: Person) -> Contact:
        """A contact of the account in Zuora, who may write their address in capitals there."""
        one = Contact(self._id(kind), person, self._postal())
        if self._random() < shares.OTHER_EMAIL:
            shouted = replace(one, person=replace(person, email=person.email.title()))
            self.sheets.contact(shouted, self._account_id, self._at)
        else:
            self.sheets.contact(one, self._account_id, self._at)
        return one

    def _bill_to(self, sold_to: Contact) -> Contact:
        twice = self._random() < shares.SAME_PERSON_TWICE
        person = sold_to.person if twice else self._crowd.person(self._domain, 1)
        return self._contact("bill-to", person)

    def _more_contacts(self) -> None:
        """A Sold To of a subscription alone, somebody in no role any more, a copy of nothing."""
        if self._random() < shares.OVERRIDE:
            contact = self._contact("other", self._crowd.person(self._domain, 2))
            ids = (self._id("subscription"), f"A-S{self._number[1:]}")
            self.sheets.subscription(ids, self._account_id, contact.id, self._at)
        if self._random() < shares.FORMER_CONTACT:
            contact = self._contact("former", self._crowd.person(self._domain, 7))
            self.sheets.copy(contact, self._account_id, self._at)
        if self._random() < shares.STRAY_COPY:
            person = self._crowd.person(self._domain, 8)
            stray = Contact(self._id("stray"), person, self._postal())
            self.sheets.copy(stray, self._id("gone"), self._at)

    def _billing_account(self, name: str, sold_to: Contact, bill_to: Contact) -> int | None:
        """CustomersDot's record of the account, and its copies of the contacts."""
        if self._state == "no-billing-account":
            return None
        sold = None if self._state == "no-copy" else self._copy(sold_to)
        bill = sold if bill_to is sold_to else self._copy(bill_to)
        ids = (self._account_id, self._number)
        return self.sheets.billing_account(ids, name, (sold, bill), self._at)

    def _copy(self, contact: Contact) -> int:
        person, postal = contact.person, contact.postal
        if self._state == "other":
            person = self._crowd.person(self._domain, 5)
        if self._random() < shares.OTHER_EMAIL:
            person = replace(person, email=person.email.upper())
        if self._random() < shares.BLANK_IN_EMAIL:
            person = replace(person, email=f"{person.email} ")
        if self._random() < shares.OTHER_NAME:
            person = self._renamed(person)
        if self._random() < shares.OTHER_ADDRESS:
            street, city = map(self._crowd.another_form, (postal.street, postal.city))
            postal = replace(postal, street=street, city=city)
        if self._random() < shares.COUNTRY_CODE:
            postal = replace(postal, country=CODES[postal.country])
        copy = replace(contact, person=person, postal=postal)
        return self.sheets.copy(copy, self._account_id, self._at)

    def _renamed(self, person: Person) -> Person:
        another = self._crowd.another_form
        first, last = another(person.first_name), another(person.last_name)
        return replace(person, first_name=first, last_name=last)

    def _sold_to(self, person: Person, billing: int | None) -> None:
        """The Sold To's Customer, who manages the account."""
        if self._state == "no-customer":
            return
        if self._random() < shares.OTHER_NAME:
            person = self._renamed(person)
        customer = self.sheets.customer(person, self._at, login=self._state != "other")
        if billing is not None and self._state != "no-member":
            self.sheets.membership(customer, billing, self._at)

    def _others(self, bill_to: Person | None, billing: int | None) -> None:
        """Customers who are nobody's Sold To, some of whom manage the account as well."""
        if bill_to and self._random() < shares.BILL_TO_CUSTOMER:
            self._customer(bill_to)
        if self._random() < shares.OUTSIDER:
            self._customer(self._crowd.person(self._domain, 9))
        if billing is not None and self._random() < shares.MORE_MEMBERS:
            for place in range(3, 4 + int(self._random() * 2)):
                customer = self._customer(self._crowd.person(self._domain, place))
                self.sheets.membership(customer, billing, self._at)

    def _customer(self, person: Person) -> int:
        login = self._random() >= shares.LOGIN_OFF
        waits = self._random() < shares.EMAIL_PENDING
        new = f"new.{person.email}" if waits else None
        return self.sheets.customer(person, self._at, login=login, new=new)
