"""Small worlds in which a lot may be wrong, as pages and as live reads show them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from domain.drift.differences import Sides
from domain.records import (
    Address,
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
    ZuoraAccount,
    ZuoraContact,
    same_email,
)

EMAILS = ("ada@x.example", "ADA@X.example ", "bob@x.example", "b\u00e9a@x.example", "")
NAMES = (("Ada", "Strau\u00df"), ("ada", " STRAUSS"), ("Bob", "Bee"), ("", ""))
PLACES = (("1 Way", "Germany"), ("1  way", "DE"), ("2 Way", "DE"), ("", ""))
FEW = st.integers(1, 3)


@dataclass(frozen=True)
class Person:
    """Somebody, as either system may spell them."""

    email: str
    first: str
    last: str
    street: str
    country: str


PEOPLE = st.builds(
    lambda email, name, place: Person(email, *name, *place),
    st.sampled_from(EMAILS),
    st.sampled_from(NAMES),
    st.sampled_from(PLACES),
)
IDS = st.integers(0, 2)
"""Of accounts and contacts: so few that records meet, and one more account than Zuora has."""


@dataclass(frozen=True)
class World:
    """Zuora has accounts 0 and 1 with their Sold To, and contacts 0 to 2."""

    statuses: list[tuple[str, int]]
    contacts: list[Person]
    billing: list[int]
    copies: list[tuple[int, int, Person]]
    customers: list[tuple[Person, bool, bool]]
    memberships: list[tuple[int, int]]

    def pages(self) -> dict[str, list[dict[str, Any]]]:
        """The rows that both systems' bulk reads give."""
        return {
            "Account": [
                {"Id": f"a{n}", "SoldToId": f"c{sold_to}", "Status": status}
                for n, (status, sold_to) in enumerate(self.statuses)
            ],
            "Contact": [_in_zuora(n, one) for n, one in enumerate(self.contacts)],
            "billing_account": [
                {"id": n, "zuora_account_id": f"a{account}"}
                for n, account in enumerate(self.billing, 1)
            ],
            "billing_account_contact": [
                {"id": n, "zuora_contact_id": f"c{contact}", "zuora_account_id": f"a{account}"}
                | _columns(one, "work_email")
                | {"address_1": one.street, "address_2": None, "city": None, "state": None}
                | {"postal_code": None, "country": one.country}
                for n, (contact, account, one) in enumerate(self.copies, 1)
            ],
            "customer": [
                {"id": n, "login_activated": on or None, **_columns(one, "email")}
                | {"unconfirmed_email": "new@x.example" if waits else None}
                for n, (one, on, waits) in enumerate(self.customers, 1)
            ],
            "billing_account_membership": [
                {"id": n, "customer_id": customer, "billing_account_id": account}
                for n, (customer, account) in enumerate(self.memberships, 1)
            ],
        }

    def sides(self) -> Iterator[Sides]:
        """Each account as a confirming read finds it."""
        for n, (status, sold_to) in enumerate(self.statuses):
            yield self._sides(n, status, _contact(sold_to, self.contacts[sold_to]))

    def unknown(self) -> set[str]:
        """The accounts that CustomersDot has and Zuora has not."""
        return {f"a{one}" for one in self.billing if one >= len(self.statuses)}

    def _sides(self, n: int, status: str, sold_to: ZuoraContact) -> Sides:
        account = ZuoraAccount(
            id=f"a{n}", number=f"A{n}", name="", status=status, sold_to=sold_to, bill_to=sold_to
        )
        billing = [str(i) for i, one in enumerate(self.billing, 1) if one == n]
        links = [
            Membership(id=str(i), customer_id=str(customer), billing_account_id=str(there))
            for i, (customer, there) in enumerate(self.memberships, 1)
        ]
        customers = [
            customer
            for customer in map(_customer, range(1, len(self.customers) + 1), self.customers)
            if customer.email and same_email(customer.email, sold_to.work_email)
        ]
        ids = {customer.id for customer in customers}
        return Sides(
            account=account,
            billing_accounts=tuple(
                BillingAccount(id=one, zuora_account_id=account.id) for one in billing
            ),
            copies=tuple(
                _copy(i, contact, account.id, one)
                for i, (contact, of, one) in enumerate(self.copies, 1)
                if of == n
            ),
            customers=tuple(customers),
            members=tuple(link for link in links if link.billing_account_id in billing),
            held=tuple(link for link in links if link.customer_id in ids),
        )


MESSY = st.builds(
    World,
    statuses=st.lists(
        st.tuples(st.sampled_from(("Active", "Active", "Canceled")), IDS), min_size=2, max_size=2
    ),
    contacts=st.lists(PEOPLE, min_size=3, max_size=3),
    billing=st.lists(IDS, max_size=3),
    copies=st.lists(st.tuples(IDS, IDS, PEOPLE), max_size=4),
    customers=st.lists(st.tuples(PEOPLE, st.booleans(), st.booleans()), max_size=3),
    memberships=st.lists(st.tuples(FEW, FEW), max_size=4),
)


def tidy() -> World:
    """Both systems agree about both accounts."""
    people = [Person(f"p{n}@x.example", f"Person {n}", "One", "1 Way", "DE") for n in range(3)]
    return World(
        statuses=[("Active", 0), ("Active", 1)],
        contacts=list(people),
        billing=[0, 1],
        copies=[(n, n, one) for n, one in enumerate(people[:2])],
        customers=[(one, True, False) for one in people[:2]],
        memberships=[(1, 1), (2, 2)],
    )


@st.composite
def nearly_tidy(draw: st.DrawFn) -> World:
    """The same but for one or two things."""
    world = tidy()
    for _ in range(draw(st.integers(0, 2))):
        draw(st.sampled_from(CHANGES))(draw, world)
    return world


def _otherwise(draw: st.DrawFn, one: Person) -> Person:
    """The same person with one thing written otherwise, or another."""
    field = draw(st.sampled_from(("email", "first", "last", "street", "country")))
    values = {"country": ("Germany", "Austria", " de ")}
    text = getattr(one, field)
    others = values.get(field, (text.upper(), f" {text}", f"other.{text}", ""))
    return replace(one, **{field: draw(st.sampled_from(others))})


def _copy_differs(draw: st.DrawFn, world: World) -> None:
    contact, account, one = world.copies[0]
    world.copies[0] = contact, account, _otherwise(draw, one)


def _customer_differs(draw: st.DrawFn, world: World) -> None:
    one, on, waits = world.customers[0]
    which = draw(st.sampled_from(("person", "login", "waits")))
    person = _otherwise(draw, one) if which == "person" else one
    world.customers[0] = person, on != (which == "login"), waits != (which == "waits")


def _once_more(draw: st.DrawFn, world: World) -> None:
    rows: list[Any] = draw(st.sampled_from((world.copies, world.customers, world.billing)))
    rows.append(rows[0])


def _member_moves(draw: st.DrawFn, world: World) -> None:
    world.memberships[0] = draw(st.sampled_from(((1, 2), (2, 1), (3, 1), (1, 3))))


def _member_joins(draw: st.DrawFn, world: World) -> None:
    world.memberships.append(draw(st.tuples(FEW, FEW)))


def _gone(draw: st.DrawFn, world: World) -> None:
    rows: list[Any] = draw(
        st.sampled_from((world.copies, world.memberships, world.billing, world.customers))
    )
    del rows[-1]


CHANGES = (_copy_differs, _customer_differs, _once_more, _member_moves, _member_joins, _gone)
WORLDS = st.one_of(nearly_tidy(), nearly_tidy(), MESSY)


def _in_zuora(n: int, one: Person) -> dict[str, Any]:
    """Fields that are not set are left out of a row."""
    row = {"FirstName": one.first, "LastName": one.last, "WorkEmail": one.email}
    row |= {"Address1": one.street, "Country": one.country}
    return {"Id": f"c{n}", **{name: value for name, value in row.items() if value}}


def _columns(one: Person, email: str) -> dict[str, Any]:
    return {email: one.email or None, "first_name": one.first, "last_name": one.last}


def _contact(n: int, one: Person) -> ZuoraContact:
    return ZuoraContact(
        id=f"c{n}",
        first_name=one.first,
        last_name=one.last,
        work_email=one.email,
        address=Address(address1=one.street, country=one.country),
    )


def _copy(n: int, contact: int, account: str, one: Person) -> BillingAccountContact:
    return BillingAccountContact(
        id=str(n),
        zuora_contact_id=f"c{contact}",
        zuora_account_id=account,
        first_name=one.first,
        last_name=one.last,
        work_email=one.email,
        address=Address(address1=one.street, country=one.country),
    )


def _customer(n: int, given: tuple[Person, bool, bool]) -> Customer:
    one, on, waits = given
    return Customer(
        id=str(n),
        first_name=one.first,
        last_name=one.last,
        email=one.email,
        unconfirmed_email="new@x.example" if waits else "",
        login_activated=on,
    )
