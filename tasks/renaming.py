"""Section “Process for non-existing CustomersDot user” (C6); T5 renames the same way."""

from tasks.applying import NOTHING_TO_DO, apply_changes_of
from tasks.messages import write_message
from tasks.step import step
from worker.context import StepContext


@step(
    title="Rename the Sold To's Customer",
    phase="applying",
    rules=("C6", "T5", "L2", "G1", "G4"),
)
def rename_customer(context: StepContext) -> str:
    """Gives the Customer the planned name and email, then the login if C6 wants it on."""
    return apply_changes_of(context, "rename_customer")


@step(title="Unlink the previous owner's GitLab account", phase="applying", rules=("C6",))
def unlink_gitlab_account(context: StepContext) -> str:
    """Unlinks the GitLab user whom the Customer was linked to when the run began."""
    return apply_changes_of(context, "unlink_gitlab_account")


@step(title="Send the new contact a one-time sign-in link", phase="applying", rules=("C6",))
def send_sign_in_link(context: StepContext) -> str:
    """Has CustomersDot mail the link, once, and writes what support tells its reader.

    We never see the link.
    """
    note = apply_changes_of(context, "send_sign_in_link")
    if note != NOTHING_TO_DO:
        write_message(context, "link-your-account")
    return note
