"""Section “Remove a billing account membership” (R)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(
    title="Remove the new contact's membership elsewhere",
    phase="applying",
    rules=("A6", "R1", "R2", "R3", "R4", "R5"),
)
def remove_membership_elsewhere(context: StepContext) -> str:
    """Deletes what the new contact gave up: a Customer can manage one billing account only."""
    return apply_changes_of(context, "remove_membership_elsewhere")


@step(
    title="Remove the contact's membership",
    phase="applying",
    rules=("R1", "R2", "R3", "R4", "R5"),
)
def remove_membership(context: StepContext) -> str:
    """Deletes exactly the membership that was asked for and sees that it is gone."""
    return apply_changes_of(context, "remove_membership")


@step(
    title="Remove the previous Sold To's membership",
    phase="applying",
    rules=("R1", "R2", "R3", "R4"),
)
def remove_previous_membership(context: StepContext) -> str:
    """Deletes exactly the planned membership and sees that it is gone."""
    return apply_changes_of(context, "remove_previous_membership")
