"""What an empty sandbox is filled with: a population, a tidy one, or the `demo` world.

The demo world has one account per situation of the workflow, the same at every start:

| account | situation |
|---|---|
| A00000001 | the plain change of contact: the new person is a Customer without membership |
| A00000002 | the new person's login was never activated |
| A00000003 | the new person's login was switched off on purpose |
| A00000004 | one contact is Sold To and Bill To |
| A00000005 | the new person already manages A00000006 |
| A00000006 | the other account of that person |
| A00000007 | bought through the reseller A00000777, who owns the invoices |
| A00000008 | no invoice of the last twelve months |
| A00000009 | the Sold To has no Customer |
| A00000010, A00000011 | one address is the Sold To of both |
| A00000012 | the Sold To's email was mistyped, and the mail with the activation code bounced |
| A00000777 | the reseller |

A00000006, A00000008, A00000009 and A00000010 are SaaS: their orders name a GitLab namespace.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.differences.planting import plant_many
from sandbox.growth import AccountSpec, Member, grow
from sandbox.neighbour_seed import plant_neighbours
from sandbox.people import Person
from sandbox.population import planting, tidy

MOST = 5_000_000

_LICENCES = {
    "A00000001": "cloud-used",
    "A00000002": "cloud",
    "A00000003": "offline",
    "A00000005": "legacy",
}


def someone(name: str, domain: str) -> Person:
    """A person whose address follows from the name."""
    first, last = name.split()
    return Person(first, last, f"{first}.{last}@{domain}.example".lower())


def _change(
    number: str, company: str, people: tuple[str, ...], login: str = "on", elsewhere: str = ""
) -> AccountSpec:
    """A company with a Sold To who manages the account, a Bill To and a new person."""
    domain = company.split(maxsplit=1)[0].lower()
    sold, bill, new = (someone(name, domain) for name in people)
    members = (
        Member(sold, account=number, uid=f"90{number[-4:]}"),
        Member(new, login=login, account=elsewhere or None),
    )
    return AccountSpec(number, company, sold, bill, members=members, licence=_LICENCES.get(number))


def _plain(
    number: str, company: str, sold: Person, bill: Person | None, **more: object
) -> AccountSpec:
    members = (Member(sold, account=number),)
    return AccountSpec(number, company, sold, bill, **({"members": members} | more))  # type: ignore[arg-type]


def demo() -> list[AccountSpec]:
    """All accounts, in an order in which each finds what it refers to."""
    twice = someone("Wanda Zwillich", "doubledeal")
    return [
        _plain(
            "A00000777",
            "Ferryman Resale",
            someone("Rasmus Ferryman", "ferryman"),
            someone("Ines Kontor", "ferryman"),
        ),
        _change(
            "A00000001", "Brightwater Labs", ("Orla Finchley", "Bodo Kassen", "Nils Nordquist")
        ),
        _change(
            "A00000002",
            "Copperleaf Works",
            ("Petra Oldham", "Carl Zahler", "Nora Newbold"),
            "never",
        ),
        _change(
            "A00000003",
            "Dunewind Studio",
            ("Pavel Oldrich", "Dora Zahlung", "Noel Neumark"),
            "off-later",
        ),
        _shared("A00000004", "Elmstone Group"),
        _plain(
            "A00000006",
            "Fernhollow Twin",
            someone("Tessa Other", "fernhollow"),
            someone("Kurt Kasse", "fernhollow"),
            namespace=("9006", "fernhollow/twin"),
        ),
        _change(
            "A00000005",
            "Fernhollow Main",
            ("Otto Oldenburg", "Karla Kasse", "Nina Neuland"),
            elsewhere="A00000006",
        ),
        _plain(
            "A00000007",
            "Gorsefield End",
            someone("Olaf Endkunde", "gorsefield"),
            someone("Beate Buchung", "gorsefield"),
            invoice_owner="A00000777",
            licence="cloud",
        ),
        _plain(
            "A00000008",
            "Heathrow Mills",
            someone("Ole Oldfield", "heathmills"),
            someone("Berta Bilanz", "heathmills"),
            invoice_ages=(500, 870),
            namespace=("9008", "heathmills"),
        ),
        _plain(
            "A00000009",
            "Irisbrook Farm",
            someone("Oda Ohnekonto", "irisbrook"),
            someone("Bruno Beleg", "irisbrook"),
            members=(Member(someone("Mara Mitglied", "irisbrook"), account="A00000009"),),
            namespace=("9009", "irisbrook"),
        ),
        _plain(
            "A00000010",
            "Doubledeal North",
            twice,
            someone("Bela Nord", "doubledeal"),
            namespace=("9010", "doubledeal"),
        ),
        _plain(
            "A00000011",
            "Doubledeal South",
            twice,
            someone("Bela Sued", "doubledeal"),
            members=(Member(someone("Mona Sued", "doubledeal"), account="A00000011"),),
        ),
        _plain(
            "A00000012",
            "Kestrel Yard",
            Person("Pia", "Quelle", "pia.qeulle@kestrel.example"),
            someone("Paul Quittung", "kestrel"),
            licence="cloud",
        ),
    ]


def _shared(number: str, company: str) -> AccountSpec:
    spec = _change(number, company, ("Ola Oldstone", "Nobody Unused", "Niklas Newstone"))
    return AccountSpec(number, company, spec.sold_to, None, members=spec.members)


SEEDS = ("demo", "population", "tidy")


@dataclass(frozen=True)
class Seed:
    """What an empty sandbox is filled with; the rest is for `population` and `tidy` only.

    `accounts` is how many there are, `number` what they are drawn from, and `today` the date
    their ages count back from (the day of planting, unless given). `differences` is how many of a
    tidy population do not agree after all.
    """

    name: str
    accounts: int = 300
    number: int = 1
    today: date | None = None
    differences: int = 0

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Seed:
        """The seed somebody asked for; raises ValueError for one that cannot be planted."""
        seed = cls(
            str(wanted["seed"]),
            int(wanted.get("accounts", cls.accounts)),
            int(wanted.get("number", cls.number)),
            date.fromisoformat(wanted["today"]) if wanted.get("today") else None,
            int(wanted.get("differences", cls.differences)),
        )
        if seed.name not in SEEDS or not 1 <= seed.accounts <= MOST:
            raise ValueError(f"seed is one of {', '.join(SEEDS)} or null, accounts 1 to {MOST:,}")
        most = seed.accounts // 2 if seed.name == "tidy" else 0
        if not 0 <= seed.differences <= most:
            raise ValueError("differences are for at most half of the accounts of a tidy seed")
        return seed

    def plant(self, db: sqlite3.Connection) -> None:
        """Fill an empty world."""
        if self.name == "population":
            planting.plant(db, self.accounts, self.number, self.today)
            return
        if self.name == "tidy":
            tidy.plant(db, self.accounts, self.number, self.today)
            plant_many(db, self.differences, self.number)
            return
        for spec in demo():
            grow(db, spec)
        plant_neighbours(db)
