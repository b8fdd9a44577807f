"""The Sold To's Customer gets another email or name (C6, T5)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(title="Rename the Sold To's Customer", phase="applying", rules=("C6", "T5", "G1", "G4"))
def rename_customer(context: StepContext) -> str:
    """Saves the Customer with *Skip email confirmation*, before the contact is written."""
    return apply_changes_of(context, "rename_customer")
