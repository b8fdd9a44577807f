"""Planning: both systems are read, and every change is derived before the first is made."""

from domain import questions
from domain.changes import Change, Kind
from domain.errors import NeedsPerson, Question, Refused
from domain.plan import Plan
from domain.plans import derive_plan
from domain.plans.claims import claims_for
from domain.questions_handed_over import REPORTED, WITH_BILLING
from domain.snapshot import Pinned, Snapshot
from tasks.clients import customersdot, zuora
from tasks.linked_user import with_linked_user
from tasks.messages import write_message
from tasks.reading import read_snapshot
from tasks.self_service import needs_no_evidence, standing_answers
from tasks.step import step
from tasks.systems import request_of
from tasks.verified import own_sold_to, require_verified
from worker.context import StepContext
from worker.journal.writes import NOTHING_DONE


@step(
    title="Read both systems and plan",
    phase="verifying",
    rules=("A2", "A3", "A6", "L1", "R1", "R2", "R5", "S1", "S2", "S6", "G4", "C5"),
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
    _fits_the_canvas(context, plan)
    _may_be_written(plan)
    checksum = context.record_plan(plan)
    _ask_for_approval(context, plan, checksum)
    return f"{len(plan.changes)} change{'s' * (len(plan.changes) != 1)} planned"


def _fits_the_canvas(context: StepContext, plan: Plan) -> None:
    """A run that began with an earlier version of the workflow has only that one's steps."""
    missing = {change.step for change in plan.changes} - set(context.steps())
    if missing:
        raise Refused(
            "This run began with an earlier version of the workflow, which has no step"
            f" {', '.join(sorted(missing))}. Start the request again.",
            code="earlier-version",
        )


def _may_be_written(plan: Plan) -> None:
    """An account that may read and not write is found out here, before the first write.

    What is sent has a page in the admin as well, all but the one-time link: that is the portal's,
    which is for everybody.
    """
    pages = [(c, _page_of(c)) for c in plan.changes]
    customersdot().check_may_write(
        [(c.target.model, page, c.target.id) for c, page in pages if page is not None]
    )


_OWN_PAGES = {
    "unlink-gitlab": "unlink_gitlab_user",
    "resend": "resend",
    "forward": "forward",
    "one-time-link": None,
}
"""Actions that have a page of their own, by what `check_may_write` calls it."""


def _page_of(change: Change) -> str | None:
    if change.action in _OWN_PAGES:
        return _OWN_PAGES[change.action]
    return {Kind.CREATE: "new", Kind.DELETE: "delete"}.get(change.kind, "edit")


def _derive(context: StepContext) -> Plan:
    request = request_of(context)
    stored = context.sealed("pinned")
    pinned = Pinned.model_validate(stored) if stored else None
    sold_tos = own_sold_to(context, request)
    now = read_snapshot(zuora(), customersdot(), request, pinned, sold_tos)
    if pinned is None:
        pinned = _pin(context, now)
    elif context.answered_last_round(WITH_BILLING) == REPORTED.id:
        pinned = _take_over_bill_to(context, pinned, now)
    _require_verified(context, pinned)
    saved = _login_saved(context)
    now = with_linked_user(now, request, pinned)
    now = now.model_copy(update={"written": _written(context)})
    answers = {**standing_answers(context), **context.answers()}
    try:
        return derive_plan(request, now, pinned, answers, login_saved=saved)
    except NeedsPerson as error:
        _tell_whom_it_concerns(context, error.question, now)
        raise


def _tell_whom_it_concerns(context: StepContext, asked: Question, now: Snapshot) -> None:
    """What the requester or the new contact has to be told before the question can be answered."""
    if asked.kind == questions.NO_CUSTOMER:
        write_message(context, "sign-up-first")
    if asked.kind == questions.ELSEWHERE:
        accounts = [other.billing_account for other in now.elsewhere]
        other = next(one for one in accounts if one.id == asked.subject)
        number = other.zuora_account_number or other.zuora_account_id
        write_message(context, "one-membership")
        write_message(context, "confirm-give-up", other_account=number)


def _pin(context: StepContext, now: Snapshot) -> Pinned:
    """Pins the original Sold To for the rest of the run."""
    pinned = now.pin()
    _require_verified(context, pinned)
    context.seal("pinned", pinned.model_dump(mode="json"))
    return pinned


def _require_verified(context: StepContext, pinned: Pinned) -> None:
    if not needs_no_evidence(context):
        require_verified(context, pinned)


def _take_over_bill_to(context: StepContext, pinned: Pinned, now: Snapshot) -> Pinned:
    """Billing may have given the Bill To a contact of its own (S6): that is the one to keep."""
    if pinned.bill_to == now.account.bill_to:
        return pinned
    updated = Pinned(contact=pinned.contact, customer=pinned.customer, bill_to=now.account.bill_to)
    context.seal("pinned", updated.model_dump(mode="json"))
    return updated


def _login_saved(context: StepContext) -> bool:
    """Whether L3 is owed: an earlier round saved the new contact's Customer and nobody after.

    A save that nobody saw the end of may have landed, also one that was judged by a stale answer:
    then L3 is owed, and not done.
    """
    ends = {(w.change_id, w.outcome) for w in context.writes()}
    saved = {end for change, end in ends if change == "activate-login"}
    saved_last = {end for change, end in ends if change == "save-original-sold-to"}
    return bool(saved - {"refused"}) and not saved_last & {"done", "found"}


def _written(context: StepContext) -> tuple[str, ...]:
    """What this run has written or sent, or may have: what is sent is never planned again."""
    tries = [w for w in context.writes() if w.outcome not in NOTHING_DONE]
    return tuple(sorted({w.change_id for w in tries}))


def _ask_for_approval(context: StepContext, plan: Plan, checksum: str) -> None:
    wanted = context.settings.approval_for(plan.workflow)
    if wanted == "by-itself" or context.approved_plan() == checksum:
        return
    raise NeedsPerson(questions.approve_plan(second_person=wanted == "two-people"))
