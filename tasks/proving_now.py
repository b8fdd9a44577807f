"""Looking at an account now, without a run: what `handover prove` reads. Nothing is recorded."""

from domain.agreement import Fact, Sides, agreement
from domain.plan import Plan
from domain.records import ZuoraAccount
from domain.requests import Request
from domain.snapshot import Pinned
from tasks.clients import customersdot, zuora
from tasks.systems import Neighbours


def agreement_now(key: str, email: str | None = None) -> tuple[ZuoraAccount, tuple[Fact, ...]]:
    """The account of that number or id, and whether both systems agree about its Sold To (D1).

    Raises Refused if Zuora does not know the account, and what reading raises.
    """
    sides = sides_now(key)
    return sides.account, agreement(sides, email)


def sides_now(key: str) -> Sides:
    """What both systems say about the Sold To of the account of that number or id.

    Raises as `agreement_now`.
    """
    account = zuora().account(key)
    billing = customersdot().billing_account_by_zuora_id(account.id)
    copies = customersdot().contacts_of_account(account.id)
    members = customersdot().memberships_of_billing_account(billing.id) if billing else []
    return Sides(
        account=account,
        billing_account=billing,
        copy_of_sold_to=next((c for c in copies if c.zuora_contact_id == account.sold_to.id), None),
        customer=customersdot().customer_by_email(account.sold_to.work_email),
        members=tuple(members),
    )


def still_in_place(plan: Plan, request: Request, pinned: Pinned) -> tuple[Fact, ...]:
    """Whether each thing that a run proved is found again (D2)."""
    view = Neighbours(plan, request=lambda: request, pinned=lambda: pinned).look()
    return tuple(
        Fact(name=e.name, title=e.title, found=view.named(e.name), allowed=e.allowed)
        for e in plan.expectations
    )
