"""Section “Update Zuora Sold To contact using CustomersDot” (S)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(title="Update the Sold To contact", phase="applying", rules=("S1", "S2", "S3", "S4", "G4"))
def update_sold_to(context: StepContext) -> str:
    """Writes what the plan wants to the billing account contact, or to each of two."""
    return apply_changes_of(context, "update_sold_to")
