"""The product's own Celery app with its HTTP clients stubbed out; the rest of it is real.

A world of one account is three facts, each an empty file in the folder BENCH_WORLD, so that every
worker process sees what another one wrote. Everything else follows from the account's number.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from domain.records import (
    BillingAccount,
    BillingAccountContact,
    Customer,
    Membership,
    Scalar,
    ZuoraAccount,
    ZuoraContact,
    ZuoraSubscription,
)
from domain.windows import WriteWindow
from tests.benchmarks.invented import new_contact, old_email
from worker.app import app

__all__ = ["app"]

JOINED, LEFT, RENAMED = "joined", "left", "renamed"


def _fact(number: int, fact: str) -> Path:
    return Path(os.environ["BENCH_WORLD"]) / f"{number}.{fact}"


def _sold_to(number: int) -> dict[str, str]:
    if _fact(number, RENAMED).exists():
        new = new_contact(number)
        new["work_email"] = new.pop("email")
        return new
    return {"first_name": "Old", "last_name": "Person", "work_email": old_email(number)}


class _Zuora:
    def account(self, key: str) -> ZuoraAccount:
        number = int(key)
        bill_to = ZuoraContact(
            id=f"b{number}", first_name="Bill", last_name="To", work_email="bill@example.com"
        )
        return ZuoraAccount(
            id=key,
            number=key,
            name="Example",
            status="Active",
            sold_to=ZuoraContact(id=f"s{number}", **_sold_to(number)),
            bill_to=bill_to,
        )

    def subscriptions(self, key: str) -> list[ZuoraSubscription]:
        one = ZuoraSubscription(
            id=key, number=key, status="Active", account_number=key, invoice_owner_number=key
        )
        return [one]


class _CustomersDot:
    """Of account n, the old Customer and membership are 2n and the new ones 2n + 1."""

    def check_may_write(self, _: object) -> None:
        """This account may."""

    def customer(self, customer_id: str) -> Customer | None:
        number, new = divmod(int(customer_id), 2)
        email = new_contact(number)["email"] if new else old_email(number)
        first = "New" if new else "Old"
        return Customer(
            id=customer_id, first_name=first, last_name="Person", email=email, login_activated=True
        )

    def customer_by_email(self, email: str) -> Customer | None:
        who, _, rest = email.partition("@a")
        return self.customer(str(2 * int(rest.removesuffix(".example")) + (who == "new")))

    def billing_account_by_zuora_id(self, account_id: str) -> BillingAccount | None:
        return BillingAccount(id=account_id, zuora_account_id=account_id)

    def membership(self, membership_id: str) -> Membership | None:
        number, new = divmod(int(membership_id), 2)
        there = _fact(number, JOINED).exists() if new else not _fact(number, LEFT).exists()
        if not there:
            return None
        return Membership(
            id=membership_id, customer_id=membership_id, billing_account_id=str(number)
        )

    def memberships_of_customer(self, customer_id: str) -> list[Membership]:
        found = self.membership(customer_id)
        return [found] if found else []

    def memberships_of_billing_account(self, account_id: str) -> list[Membership]:
        both = (self.membership(str(2 * int(account_id) + new)) for new in (0, 1))
        return [one for one in both if one]

    def contact(self, contact_id: str) -> BillingAccountContact | None:
        return BillingAccountContact(
            id=contact_id,
            zuora_contact_id=f"s{contact_id}",
            zuora_account_id=contact_id,
            **_sold_to(int(contact_id)),
        )

    def contacts_of_account(self, account_id: str) -> list[BillingAccountContact]:
        found = self.contact(account_id)
        return [found] if found else []

    def create_membership(self, customer_id: str, account_id: str, _: WriteWindow) -> None:
        _fact(int(account_id), JOINED).touch()

    def delete_membership(self, membership_id: str, _: WriteWindow) -> None:
        _fact(int(membership_id) // 2, LEFT).touch()

    def update_contact(self, contact_id: str, values: Mapping[str, Scalar], _: WriteWindow) -> None:
        _fact(int(contact_id), RENAMED).touch()


def _stub(client: type, stub: type) -> None:
    def made(*_: Any, **__: Any) -> Any:
        return stub()

    setattr(client, "from_settings", made)  # noqa: B010 - the type checker forbids it otherwise


_stub(Zuora, _Zuora)
_stub(CustomersDot, _CustomersDot)
