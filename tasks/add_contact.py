"""Section “Add subscription management contact” (A)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(title="Create the new contact's membership", phase="applying", rules=("A4", "G3"))
def create_membership(context: StepContext) -> str:
    """Creates the membership of the new contact's Customer on the billing account."""
    return apply_changes_of(context, "create_membership")
