"""Finding the billing account behind what a ticket names. Everything is read, nothing recorded."""

from collections.abc import Callable, Iterator

from domain.records import BillingAccount, Record
from tasks.clients import customersdot, zuora


class Found(Record):
    """A billing account, and by what it was found: ids and numbers, never an address."""

    account: str
    zuora_account_id: str
    billing_account_id: str
    name: str
    by: str


def find(kind: str, what: str) -> list[Found]:
    """Every billing account to which a subscription, namespace, company or email leads.

    Raises Refused for what can't be one of these, and what reading raises.
    """
    found = {one.zuora_account_id: one for one in _WAYS[kind](what)}
    return sorted(found.values(), key=lambda one: one.account)


def _by_subscription(number: str) -> Iterator[Found]:
    for account_id in zuora().owners_of_subscription(number):
        yield _of_zuora(account_id, f"subscription {number}")


def _by_namespace(name: str) -> Iterator[Found]:
    for number in dict.fromkeys(
        o.subscription_name for o in customersdot().orders_of_namespace(name)
    ):
        yield from _by_subscription(number)


def _by_company(name: str) -> Iterator[Found]:
    for account in customersdot().billing_accounts_named(name):
        yield _found(account, "its name")


def _by_email(email: str) -> Iterator[Found]:
    """As the Customer who manages it, and as a contact on record, which may be several accounts."""
    customer = customersdot().customer_by_email(email)
    held = customersdot().memberships_of_customer(customer.id) if customer else []
    for membership in held:
        account = customersdot().billing_account(membership.billing_account_id)
        if account:
            yield _found(account, "a member's email")
    for contact in customersdot().contacts_by_email(email):
        if contact.zuora_account_id:
            yield _of_zuora(contact.zuora_account_id, "a contact's email")


def _of_zuora(account_id: str, by: str) -> Found:
    known = customersdot().billing_account_by_zuora_id(account_id)
    if known:
        return _found(known, by)
    account = zuora().account(account_id)
    return Found(
        account=account.number,
        zuora_account_id=account.id,
        billing_account_id="",
        name=account.name,
        by=by,
    )


def _found(account: BillingAccount, by: str) -> Found:
    number = account.zuora_account_number or zuora().account(account.zuora_account_id).number
    return Found(
        account=number,
        zuora_account_id=account.zuora_account_id,
        billing_account_id=account.id,
        name=account.zuora_account_name,
        by=by,
    )


_WAYS: dict[str, Callable[[str], Iterator[Found]]] = {
    "subscription": _by_subscription,
    "namespace": _by_namespace,
    "company": _by_company,
    "email": _by_email,
}
