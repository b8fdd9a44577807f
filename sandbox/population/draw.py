"""Draws one account after the other from a stream of chance.

The first accounts of a large population are those of a small one with the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from sandbox.people import Person
from sandbox.population import names, shares

T = TypeVar("T")
FIRST_NUMBER = 10_000_001
YEAR = 365


@dataclass(frozen=True)
class Member:
    """A Customer: how their login stands, and which account they manage, by its position."""

    person: Person
    login: str = "on"
    manages: int | None = None
    uid: str | None = None


@dataclass(frozen=True)
class Invoice:
    """An invoice, `age` days old."""

    age: int
    status: str = "Posted"
    reversed: bool = False


@dataclass
class Account:
    """One account as it was drawn; `traits` name what is special about it."""

    position: int
    name: str
    domain: str
    sold_to: Person
    contact_email: str
    bill_to: Person | None
    place: tuple[str, str, str, str]
    canceled: bool = False
    age: int = 400
    invoice_owner: int | None = None
    override: Person | None = None
    stray: Person | None = None
    licence: str | None = None
    states: tuple[str, ...] = ("Active",)
    invoices: tuple[Invoice, ...] = ()
    members: list[Member] = field(default_factory=list)
    traits: list[str] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Its number in Zuora."""
        return account_number(self.position)


def account_number(position: int) -> str:
    """The Zuora number of the account at a position, counted from 0."""
    return f"A{FIRST_NUMBER + position:08d}"


class Stream:
    """The chance of one population, and what has been drawn so far."""

    def __init__(self, number: int) -> None:
        """Begin the population with that number."""
        self._random = Random(number)  # noqa: S311 - repeatable on purpose
        self._resellers: list[int] = []
        self._repeat: list[Person] = []

    def accounts(self, count: int) -> Iterator[Account]:
        """The first `count` accounts."""
        for position in range(count):
            yield self._account(position)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _pick(self, weighted: Sequence[tuple[T, int]]) -> T:
        return self._random.choices(
            [one for one, _ in weighted], [weight for _, weight in weighted]
        )[0]

    def _person(self, domain: str, position: int, traits: list[str]) -> Person:
        script = self._pick(shares.SCRIPTS)
        if script != "plain" and script not in traits:
            traits.append(script)
        return names.someone(self._random, script, domain, position)

    def _account(self, position: int) -> Account:
        traits: list[str] = []
        domain = f"firm{position}.example"
        known = self._repeat.pop() if self._repeat else None
        sold_to = known or self._person(domain, 0, traits)
        shared = self._chance(shares.SHARED_CONTACT)
        account = Account(
            position,
            names.company(self._random),
            domain,
            sold_to,
            sold_to.email,
            None if shared else self._person(domain, 1, traits),
            self._random.choice(names.PLACES),
            traits=traits,
        )
        traits.append("shared-contact" if shared else "separate-contacts")
        if known:
            traits.append("sold-to-repeated")
        elif self._chance(shares.REPEATED):
            self._repeat = [sold_to] * (self._pick(shares.REPEATED_ON) - 1)
            traits.append("sold-to-repeated")
        self._purchase(account)
        self._people(account, known)
        return account

    def _purchase(self, account: Account) -> None:
        """What was bought, through whom, and what was paid."""
        account.age = self._random.randint(400, 2400)
        account.canceled = self._chance(shares.CANCELED)
        if not self._resellers or self._chance(shares.RESELLER):
            self._resellers.append(account.position)
            account.traits.append("reseller")
        elif self._chance(shares.RESOLD):
            account.invoice_owner = self._random.choice(self._resellers)
            account.traits.append("resold")
        count = self._pick(shares.SUBSCRIPTIONS)
        states = tuple(self._pick(shares.STATES) for _ in range(count))
        account.states = ("Cancelled",) * count if account.canceled else states
        if self._chance(shares.OVERRIDE):
            account.override = self._person(account.domain, 2, account.traits)
            account.traits.append("sold-to-override")
        account.licence = self._pick(shares.LICENCES)
        account.invoices = self._invoices(account)
        if account.canceled:
            account.traits.append("canceled")

    def _invoices(self, account: Account) -> tuple[Invoice, ...]:
        kind = self._pick(shares.INVOICED)
        account.traits.append(f"invoiced-{kind}")
        if kind == "never":
            return ()
        low, high = (0, YEAR - 1) if kind == "recent" else (YEAR + 1, 3 * YEAR)
        newest = self._random.randint(low, high)
        chance = self._random.random()
        state = "Draft" if chance < shares.DRAFT else "Posted"
        undone = shares.DRAFT <= chance < shares.DRAFT + shares.REVERSED
        count = self._pick(shares.INVOICES)
        earlier = (Invoice(newest + YEAR * year) for year in range(1, count))
        return (Invoice(newest, state, undone), *earlier)

    def _people(self, account: Account, known: Person | None) -> None:
        """Who is a Customer, and who manages the account."""
        domain, position = account.domain, account.position
        if known is None:
            self._sold_to(account)
        if account.bill_to and self._chance(shares.BILL_TO_CUSTOMER):
            self._join(account, account.bill_to, None)
        if known or self._chance(shares.MORE_MEMBERS):
            account.traits.append("more-members")
            for step in range(self._pick(shares.MORE)):
                self._join(account, self._person(domain, 3 + step, account.traits), position)
        if self._chance(shares.OUTSIDER):
            account.traits.append("outsider")
            self._join(account, self._person(domain, 9, account.traits), None)
        if self._chance(shares.STRAY_CONTACT):
            account.stray = self._person(domain, 8, account.traits)

    def _sold_to(self, account: Account) -> None:
        kind = self._pick(shares.SOLD_TO)
        if kind == "elsewhere" and account.position == 0:
            kind = "no-membership"
        account.traits.append(f"sold-to-{kind}")
        if self._chance(shares.OTHER_CASE):
            account.contact_email = account.sold_to.email.title()
            account.traits.append("other-case")
        if kind == "no-customer":
            return
        here, before = account.position, self._random.randrange(max(1, account.position))
        manages = {"member": here, "no-membership": None, "elsewhere": before}[kind]
        login = self._join(account, account.sold_to, manages)
        if login != "on":
            account.traits.append(f"login-{login}")

    def _join(self, account: Account, person: Person, manages: int | None) -> str:
        login = self._pick(shares.LOGIN)
        linked = self._chance(shares.LINKED) and login == "on"
        uid = str(self._random.randrange(10**6, 10**8)) if linked else None
        account.members.append(Member(person, login, manages, uid))
        return login
