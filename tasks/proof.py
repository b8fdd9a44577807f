"""The proof that ends every run (C7, S5): both systems are read, and Zuora has the last word."""

from domain import questions
from domain.changes import matches_any
from domain.errors import NeedsPerson, Stale
from domain.plan import Expectation, Plan
from tasks.messages import write_message
from tasks.step import step
from tasks.systems import Neighbours
from worker.apply import POLL_SECONDS
from worker.context import StepContext
from worker.runtime import milliseconds


@step(
    title="Prove in Zuora that the Sold To is right",
    phase="proving",
    rules=("C7", "S5"),
    proves=True,
)
def prove_sold_to(context: StepContext) -> str:
    """Proves every expectation of the plan, no earlier than a late sync could still undo it."""
    written = context.last_write_at()
    # Whoever answered may have changed something by hand just before.
    moved = max(written, context.last_answer_at())
    context.not_before(moved, context.settings.quiet_seconds, "the proof needs a quiet time")
    neighbours = Neighbours.of(context)
    view = neighbours.look()
    expected = neighbours.plan.expectations
    missing = [e for e in expected if not matches_any(view.named(e.name), e.allowed)]
    if missing:
        _not_yet(context, moved, missing, neighbours.plan)
    # G1 may have put another contact record into the role; that is noted and no failure.
    same_contact = view.named("zuora-sold-to-id")["id"] == neighbours.plan.pinned_contact_id
    checked = [e.name for e in expected]
    context.note("proof.held", with_step=True, checked=checked, same_contact=same_contact)
    if any(change.id == "create-membership" for change in neighbours.plan.changes):
        write_message(context, "done-new-contact")
    return f"Proved: Zuora's Sold To and {len(expected) - 1} other facts are as planned."


def _not_yet(context: StepContext, moved: int, missing: list[Expectation], plan: Plan) -> None:
    """Waits while the sync may still bring it; after that a person has to know."""
    now = context.now()
    if now < moved + milliseconds(context.settings.lag_seconds):
        context.not_before(now, POLL_SECONDS, "the sync has not arrived")
    failed = "; ".join(f"not true that {e.title}" for e in missing) + "."
    context.note("proof.failed", missing=[e.name for e in missing])
    if not context.last_write_at():
        raise Stale(f"Nothing was to be written, but the proof fails: {failed}")
    where = f"Zuora account {plan.zuora_account_id}, pinned contact {plan.pinned_contact_id}."
    raise NeedsPerson(questions.not_proved(f"{failed} ({where})"))
