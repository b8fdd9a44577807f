"""Looking at an account now, without a run: what `handover prove` reads. Nothing is recorded."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from clients.customersdot import CustomersDot
from domain.agreement import Fact, Sides, agreement
from domain.drift.undone import still
from domain.plan import Plan
from domain.records import ZuoraAccount
from domain.requests import Request, parse_request
from domain.snapshot import Pinned
from tasks.clients import customersdot, zuora
from tasks.looking import Clients
from tasks.systems import Neighbours
from worker.journal import sealing
from worker.journal.database import Tx


def agreement_now(key: str, email: str | None = None) -> tuple[ZuoraAccount, tuple[Fact, ...]]:
    """The account of that number or id, and whether both systems agree about its Sold To (D1).

    Raises Refused if Zuora does not know the account, and what reading raises.
    """
    sides = sides_of(zuora().account(key), customersdot())
    return sides.account, agreement(sides, email)


def sides_of(account: ZuoraAccount, source: CustomersDot) -> Sides:
    """What both systems say about an account that was just read. Raises what reading raises."""
    email = account.sold_to.work_email.strip()
    billing = source.billing_accounts_by_zuora_id(account.id)
    members = [m for one in billing for m in source.memberships_of_billing_account(one.id)]
    customers = source.customers_by_email(email) if email else []
    here = {member.customer_id for member in members}
    outside = [customer for customer in customers if customer.id not in here]
    return Sides(
        account=account,
        billing_accounts=tuple(billing),
        copies=tuple(source.contacts_of_account(account.id)),
        customers=tuple(customers),
        members=tuple(members),
        held=tuple(m for one in outside for m in source.memberships_of_customer(one.id)),
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """What a run proved, as it is kept until the run is forgotten."""

    plan: Plan
    request: Request
    pinned: Pinned


def proof_of(tx: Tx, run: Row[Any]) -> Proof | None:
    """What is kept of a run's proof; None once the run was forgotten."""
    plan = sealing.get(tx, run.id, "plan", run.round)
    request, pinned = sealing.get(tx, run.id, "request"), sealing.get(tx, run.id, "pinned")
    if not (plan and request and pinned):
        return None
    return Proof(Plan.model_validate(plan), parse_request(request), Pinned.model_validate(pinned))


def still_in_place(proof: Proof, clients: Clients | None = None) -> tuple[Fact, ...]:
    """Whether each thing that a run proved is found again (D2); raises what reading raises.

    It is read by the runs' clients, or by others.
    """
    plan = proof.plan
    neighbours = Neighbours(plan, request=lambda: proof.request, pinned=lambda: proof.pinned)
    view = neighbours.look(clients)
    return tuple(still(plan, one, view.named(one.name)) for one in plan.expectations)
