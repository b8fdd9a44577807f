"""Reading both systems before a plan is made (A2, A3, A6, L1, S1, S2)."""

from collections.abc import Sequence

from clients.customersdot import CustomersDot
from clients.zuora import Zuora
from domain.errors import Refused, Stale
from domain.records import (
    BillingAccount,
    Customer,
    HistoryLine,
    Membership,
    ZuoraAccount,
)
from domain.requests import Request, SelfService
from domain.snapshot import Elsewhere, Pinned, Snapshot


def read_snapshot(
    zuora: Zuora,
    customersdot: CustomersDot,
    request: Request,
    pinned: Pinned | None = None,
    own_sold_to: Sequence[str] = (),
) -> Snapshot:
    """Both systems as they are now. Raises Refused if one does not know the account.

    `own_sold_to` is what `read_evidence_facts` found a step earlier. Once the original Sold To is
    pinned, it is their Customer that is read, whoever is the Sold To by now.
    """
    account = zuora.account(request.account)
    billing_account = customersdot.billing_account_by_zuora_id(account.id)
    if billing_account is None:
        raise Refused(
            "CustomersDot has no billing account for this Zuora account (A3).",
            rule="A3",
            code="no-billing-account",
        )
    sold_to = _sold_to_customer(customersdot, request, pinned, account)
    new = customersdot.customer_by_email(request.subject) if request.subject else None
    held = _memberships(customersdot, new)
    # Where no login is activated, nobody is saved last, and nobody asks what else they manage.
    save_last = pinned is not None or new is None or not new.login_activated
    return Snapshot(
        account=account,
        billing_account=billing_account,
        members=_members(customersdot, billing_account.id),
        contacts=tuple(customersdot.contacts_of_account(account.id)),
        sold_to_customer=sold_to,
        sold_to_memberships=_memberships(customersdot, sold_to if save_last else None),
        new_customer=new,
        elsewhere=_elsewhere(customersdot, held, billing_account),
        new_history=_login_history(customersdot, new),
        own_sold_to=tuple(own_sold_to),
    )


def _sold_to_customer(
    customersdot: CustomersDot, request: Request, pinned: Pinned | None, account: ZuoraAccount
) -> Customer | None:
    """The original Sold To's Customer; in self-service by id, for their email is what changes."""
    if pinned is None or pinned.customer is None:
        return customersdot.customer_by_email(account.sold_to.work_email)
    if isinstance(request, SelfService):
        return customersdot.customer(pinned.customer.id)
    return customersdot.customer_by_email(pinned.customer.email)


def _memberships(customersdot: CustomersDot, customer: Customer | None) -> tuple[Membership, ...]:
    return tuple(customersdot.memberships_of_customer(customer.id)) if customer else ()


def _members(customersdot: CustomersDot, billing_account_id: str) -> tuple[Membership, ...]:
    return tuple(customersdot.memberships_of_billing_account(billing_account_id))


def _elsewhere(
    customersdot: CustomersDot, held: tuple[Membership, ...], here: BillingAccount
) -> tuple[Elsewhere, ...]:
    """What stands in the way of a membership here; nothing, where there is one already (A6)."""
    if any(m.billing_account_id == here.id for m in held):
        return ()
    return tuple(_one_elsewhere(customersdot, membership) for membership in held)


def _one_elsewhere(customersdot: CustomersDot, membership: Membership) -> Elsewhere:
    account = customersdot.billing_account(membership.billing_account_id)
    if account is None:
        raise Stale("The new contact's membership names a billing account that is not there (A6).")
    return Elsewhere(
        membership=membership,
        billing_account=account,
        members=_members(customersdot, account.id),
    )


def _login_history(
    customersdot: CustomersDot, customer: Customer | None
) -> tuple[HistoryLine, ...]:
    if customer is None or customer.login_activated:
        return ()
    return tuple(customersdot.customer_history(customer.id))
