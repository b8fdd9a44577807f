"""Section “Confirm the CustomersDot account login status” (L)."""

from tasks.applying import apply_changes_of
from tasks.step import step
from worker.context import StepContext


@step(title="Activate the contact's login", phase="applying", rules=("A5", "L2"))
def activate_login(context: StepContext) -> str:
    """Checks *Login activated* on the contact's Customer, where it is off."""
    return apply_changes_of(context, "activate_login")


@step(title="Save the original Sold To last", phase="applying", rules=("L3", "G1", "G2"))
def save_original_sold_to_last(context: StepContext) -> str:
    """Saves the original Sold To's Customer unchanged, and sees in Zuora that it helped."""
    return apply_changes_of(context, "save_original_sold_to_last")
