"""Fresh accounts for tests: one account per case, with addresses that can be searched for."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, fields
from typing import Any

from sandbox import records
from sandbox.columns import Row
from sandbox.growth import LOGINS, AccountSpec, Member, grow
from sandbox.licences import KINDS
from sandbox.links import billing_account, copy_of, customer_by_email, zuora_account
from sandbox.neighbour_planting import plant_request
from sandbox.orders import plant_invite
from sandbox.people import Person, person
from sandbox.tables import MEMBERSHIP

FIRST_NUMBER = 100_000
# Second accounts stand in a range of their own, so that the first ones count on without gaps.
SIDE = 50_000_000
NEW_PERSON = ("customer", "none", "member-elsewhere")
PEOPLE_PER_ACCOUNT = 8


class BadOrder(ValueError):
    """An order for accounts has an unknown option or an unusable value."""


@dataclass(frozen=True)
class Order:
    """How many accounts, and what they are like.

    `login_activated: false` means *never activated*; `login_history: "off-later"` means switched
    off by a person afterwards. `invoice_age_days: null` leaves the account without invoices;
    `reseller` makes another account own the invoices.
    """

    count: int = 1
    prefix: str = "A"
    email_tag: str = ""
    login_activated: bool = True
    login_history: str | None = None
    shared_contact: bool = False
    new_person: str = "customer"
    sold_to_customer: bool = True
    sold_to_member: bool = True
    sold_to_uid: str | None = None
    extra_members: int = 0
    invoice_age_days: int | None = 40
    reseller: bool = False
    copies: bool = True
    licence: str | None = None
    sold_to_override: bool = False
    namespace: bool = False
    invited: bool = False

    @classmethod
    def of(cls, wanted: dict[str, Any]) -> Order:
        """The order somebody sent, with every mistake in it named."""
        known = {field.name for field in fields(cls)}
        if unknown := set(wanted) - known:
            raise BadOrder(f"unknown options: {', '.join(sorted(unknown))}")
        order = cls(**wanted)
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,9}", order.prefix):
            raise BadOrder("prefix is a letter and at most nine letters, digits or dashes")
        if not re.fullmatch(r"[a-z0-9-]{0,20}", order.email_tag):
            raise BadOrder("email_tag has at most 20 lower-case letters, digits or dashes")
        if order.new_person not in NEW_PERSON or order.login not in LOGINS:
            raise BadOrder(f"new_person is one of {NEW_PERSON}, login_history one of {LOGINS}")
        if order.licence not in (None, *KINDS):
            raise BadOrder(f"licence is null or one of {KINDS}")
        if not 1 <= order.count <= 10_000 or not 0 <= order.extra_members <= 4:
            raise BadOrder("count is 1 to 10,000 in one order, extra_members 0 to 4")
        return order

    @property
    def login(self) -> str:
        """The new person's login, in the words of `growth.Member`."""
        return self.login_history or ("on" if self.login_activated else "never")


def deliver(db: sqlite3.Connection, order: Order) -> list[dict[str, Any]]:
    """Grow the ordered accounts and say who is who in each."""
    first = _next_serial(db, order.prefix)
    return [_one(db, order, serial) for serial in range(first, first + order.count)]


def _next_serial(db: sqlite3.Connection, prefix: str) -> int:
    """Numbers go on behind the highest one of that prefix; eight digits, like Zuora's."""
    top = db.execute(
        "SELECT max(number) FROM zuora_account WHERE number GLOB ? AND number < ?",
        (prefix + "[0-9]" * 8, f"{prefix}{SIDE:08d}"),
    ).fetchone()[0]
    last = int(str(top)[len(prefix) :]) if top else 0
    return max(FIRST_NUMBER, last + 1)


def _number(order: Order, serial: int) -> str:
    return f"{order.prefix}{serial:08d}"


def _people(order: Order, serial: int) -> list[Person]:
    domain = f"{order.prefix.lower()}{serial}.example"
    start = serial * PEOPLE_PER_ACCOUNT
    return [person(start + step, order.email_tag, domain) for step in range(PEOPLE_PER_ACCOUNT)]


def _one(db: sqlite3.Connection, order: Order, serial: int) -> dict[str, Any]:
    number = _number(order, serial)
    old, bill, new, outsider, *others = _people(order, serial)
    side = _side_account(db, order, serial, outsider)
    grow(
        db,
        AccountSpec(
            number,
            f"Generated {number}",
            old,
            None if order.shared_contact else bill,
            _ages(order),
            side if order.reseller else None,
            order.copies,
            _members(order, number, (old, new, *others), side),
            order.licence,
            others[-1] if order.sold_to_override else None,
            f"{number.lower()}-group" if order.namespace else None,
        ),
    )
    known = describe(db, number, old, old if order.shared_contact else bill, new)
    if order.invited:
        plant_invite(db, known["billing_account_id"], old, new)
    return known | {"ticket": plant_request(db, number, new, old)}


def _side_account(db: sqlite3.Connection, order: Order, serial: int, owner: Person) -> str | None:
    """The second account that a reseller purchase or a member elsewhere needs."""
    if not order.reseller and order.new_person != "member-elsewhere":
        return None
    number = f"{order.prefix}{SIDE + serial:08d}"
    grow(db, AccountSpec(number, f"Generated {number}", owner, None))
    return number


def _ages(order: Order) -> tuple[int, ...]:
    return () if order.invoice_age_days is None else (order.invoice_age_days,)


def _members(
    order: Order, number: str, people: tuple[Person, ...], side: str | None
) -> tuple[Member, ...]:
    old, new, *others = people
    members = [Member(one, account=number) for one in others[: order.extra_members]]
    if order.sold_to_customer:
        home = number if order.sold_to_member else None
        members.append(Member(old, account=home, uid=order.sold_to_uid))
    if order.new_person != "none":
        elsewhere = side if order.new_person == "member-elsewhere" else None
        members.append(Member(new, login=order.login, account=elsewhere))
    return tuple(members)


def describe(
    db: sqlite3.Connection, number: str, old: Person, bill: Person, new: Person
) -> dict[str, Any]:
    """Ids and addresses of an account and of the people an order planted for it."""
    account = zuora_account(db, number)
    if account is None:
        raise LookupError(number)
    billing = billing_account(db, account["id"])
    return {
        "account_id": account["id"],
        "account_number": number,
        "billing_account_id": billing and billing["id"],
        "sold_to": _party(db, old) | _contact_ids(db, account["sold_to_id"]),
        "bill_to": _party(db, bill) | _contact_ids(db, account["bill_to_id"]),
        "new": _party(db, new),
    }


def _party(db: sqlite3.Connection, one: Person) -> dict[str, Any]:
    customer = customer_by_email(db, one.email)
    member = records.first(db, MEMBERSHIP, customer_id=customer["id"]) if customer else None
    return {
        "first_name": one.first_name,
        "last_name": one.last_name,
        "email": one.email,
        "customer_id": customer and customer["id"],
        "membership_id": member and member["id"],
    }


def _contact_ids(db: sqlite3.Connection, contact_id: Any) -> Row:
    copy = copy_of(db, contact_id)
    return {"contact_id": contact_id, "copy_id": copy["id"] if copy else None}
