"""One account of a tidy population, as both systems have it, for a difference to be planted on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sandbox import records
from sandbox.columns import Row
from sandbox.differences.edits import Edits
from sandbox.links import billing_account, copy_of, customer_by_email
from sandbox.tables import ACCOUNT, CONTACT, CUSTOMER, MEMBERSHIP


@dataclass
class Case:
    """The records of the account, and the means to make them disagree.

    `others` are further such accounts, for a kind that needs one. `fields` and `found` are filled
    in by a kind: the columns that differ, and further ids that matter.
    """

    edits: Edits
    random: Random
    account: Row
    sold_to: Row
    billing: Row
    copy: Row
    customer: Row
    membership: Row
    others: Iterator[Case]
    fields: tuple[str, ...] = ()
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def db(self) -> sqlite3.Connection:
        """The world."""
        return self.edits.db

    def one_of(self, choices: Sequence[Any]) -> Any:
        """One of them, by chance."""
        return self.random.choice(choices)

    def records(self) -> dict[str, Any]:
        """The ids of the records it is about."""
        return {
            "sold_to_contact_id": self.sold_to["id"],
            "billing_account_id": self.billing["id"],
            "copy_id": self.copy["id"],
            "customer_id": self.customer["id"],
            "membership_id": self.membership["id"],
        } | self.found

    def members(self) -> list[Row]:
        """All memberships of the account."""
        return records.find(self.db, MEMBERSHIP, billing_account_id=self.billing["id"])

    def leave_a_colleague(self) -> None:
        """See to it that somebody else is a member too: nobody at all is another difference."""
        if len(self.members()) > 1:
            return
        customer = self.edits.make(
            CUSTOMER,
            first_name="Kolja",
            last_name="Nachbar",
            email=f"kolja.nachbar@{str(self.customer['email']).rpartition('@')[2]}",
            confirmed_at=self.customer["confirmed_at"],
        )
        ids = {"customer_id": customer["id"], "billing_account_id": self.billing["id"]}
        membership = self.edits.make(MEMBERSHIP, **ids)
        self.found |= {"colleague_id": customer["id"], "colleague_membership_id": membership["id"]}


def cases(edits: Edits, random: Random, account_ids: Iterable[str]) -> Iterator[Case]:
    """The cases that accounts make; those that are not Active, or not tidy, make none."""
    others = iter(account_ids)
    for account_id in others:
        found = _parts(edits.db, account_id)
        if found:
            yield Case(edits, random, *found, cases(edits, random, others))


def _parts(db: sqlite3.Connection, account_id: str) -> tuple[Row, Row, Row, Row, Row, Row] | None:
    account = records.get(db, ACCOUNT, account_id)
    if account is None or account["status"] != "Active":
        return None
    sold_to = records.get(db, CONTACT, account["sold_to_id"])
    billing, copy = billing_account(db, account_id), copy_of(db, account["sold_to_id"])
    customer = customer_by_email(db, sold_to["work_email"]) if sold_to else None
    if not (sold_to and billing and copy and customer):
        return None
    ids = {"customer_id": customer["id"], "billing_account_id": billing["id"]}
    membership = records.first(db, MEMBERSHIP, **ids)
    return (account, sold_to, billing, copy, customer, membership) if membership else None
