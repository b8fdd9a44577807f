"""Section “Change subscription management contact workflow” (C): planning the change."""

from domain import questions
from domain.change_contact import derive
from domain.changes import matches
from domain.contact_draft import claims_for
from domain.errors import NeedsPerson, Stale
from domain.plan import Plan
from domain.snapshot import Pinned, Snapshot, contact_state
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
    stored = context.sealed("pinned")
    pinned = Pinned.model_validate(stored) if stored else None
    now = read_snapshot(zuora(), customersdot(), request, pinned)
    if pinned is None:
        pinned = _pin(context, now)
    saved = _login_saved(context)
    return derive(request, now, pinned, context.answers(), login_saved=saved)


def _pin(context: StepContext, now: Snapshot) -> Pinned:
    """Pins the original Sold To for the rest of the run: the one whom the evidence was about."""
    verified = context.sealed("verified-sold-to")
    if not matches(contact_state(now.account.sold_to), verified):
        raise Stale("The account's Sold To changed after ownership was verified (V).")
    pinned = now.pin()
    context.seal("pinned", pinned.model_dump(mode="json"))
    return pinned


def _login_saved(context: StepContext) -> bool:
    """Whether L3 is owed: an earlier round saved the new contact's Customer and nobody after.

    A save that nobody saw the end of may have landed, also one that was judged by a stale answer:
    then L3 is owed, and not done.
    """
    ends = {(w.change_id, w.outcome) for w in context.writes()}
    saved = {end for change, end in ends if change == "activate-login"}
    saved_last = {end for change, end in ends if change == "save-original-sold-to"}
    return bool(saved - {"refused"}) and not saved_last & {"done", "found"}


def _ask_for_approval(context: StepContext, plan: Plan, checksum: str) -> None:
    wanted = context.settings.approval_for(plan.workflow)
    if wanted == "by-itself" or context.approved_plan() == checksum:
        return
    raise NeedsPerson(questions.approve_plan(second_person=wanted == "two-people"))
