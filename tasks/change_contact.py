"""Section “Change subscription management contact workflow” (C): planning the change."""

from domain import questions
from domain.change_contact import claims_for, derive
from domain.errors import NeedsPerson
from domain.plan import Plan
from domain.snapshot import Pinned, Snapshot
from tasks.reading import read_snapshot
from tasks.step import step
from tasks.systems import customersdot, request_of, zuora
from worker.context import StepContext


@step(
    title="Read both systems and plan the change",
    phase="verifying",
    rules=("A2", "A3", "A6", "L1", "S1", "S2", "C5"),
    plans=True,
)
def plan_change(context: StepContext) -> str:
    """Claims the Sold To's person, pins the original Sold To, reads both systems and plans.

    The claims come first: what is read before they are ours, their last holder may still change.
    """
    account = zuora().account(request_of(context).account)
    claimed = claims_for(account, account.sold_to)
    context.claim(claimed)
    plan = _derive(context)
    if not set(plan.claims) <= set(claimed):
        context.claim(plan.claims)
        plan = _derive(context)
    checksum = context.record_plan(plan)
    _ask_for_approval(context, plan, checksum)
    return f"{len(plan.changes)} changes planned"


def _derive(context: StepContext) -> Plan:
    request = request_of(context)
    now = read_snapshot(zuora(), customersdot(), request)
    return derive(request, now, _pinned(context, now), context.answers())


def _pinned(context: StepContext, now: Snapshot) -> Pinned:
    """The original Sold To: of the first snapshot of this run, whatever came since."""
    stored = context.sealed("pinned")
    if stored is not None:
        return Pinned.model_validate(stored)
    pinned = now.pin()
    context.seal("pinned", pinned.model_dump(mode="json"))
    return pinned


def _ask_for_approval(context: StepContext, plan: Plan, checksum: str) -> None:
    wanted = context.settings.approval_for(plan.workflow)
    if wanted == "by-itself" or context.approved_plan() == checksum:
        return
    raise NeedsPerson(questions.approve_plan(second_person=wanted == "two-people"))
