"""Section “Remove a billing account membership” (R)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(
    title="Remove the previous Sold To's membership",
    phase="applying",
    rules=("R1", "R2", "R3", "R4"),
)
def remove_previous_membership(context: StepContext) -> str:
    """Deletes exactly the planned membership and sees that it is gone."""
    return apply_changes_of(context, "remove_previous_membership")
