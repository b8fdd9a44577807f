"""The questions of C6: what a person decides before the Sold To's Customer is renamed."""

from domain.errors import Answer, Question
from domain.questions import HAND_OVER, PLAN_ANEW, STOP

NOBODY = "nobody-to-rename"
UNCONFIRMED = "unconfirmed-email"
LINKED = "linked-gitlab-account"

SIGNED_UP = Answer(
    "signed-up",
    "the new contact has a Customer of their own by now: both systems are read again and they"
    " become the contact as an existing Customer (C5)",
)
UNLINK = Answer("unlink", "it is the previous owner's: it is unlinked as part of the plan")
KEEP = Answer("keep", "it is the new contact's: it stays linked")

_WHY = {
    "none": "the Sold To has no Customer",
    "not-here": "the Sold To's Customer does not manage this billing account",
    "elsewhere": "the Sold To's Customer manages another billing account too",
}


def nobody_to_rename(why: str) -> Question:
    """Decision 4: only the login that manages this account alone is renamed; `why` says what not.

    `why` is one of `none`, `not-here` and `elsewhere`.
    """
    return Question(
        NOBODY,
        "C6",
        f"The new contact has no Customer, and there is none to take over: {_WHY[why]}, and no"
        " other login is renamed. Ask the new contact to sign up at the Customers Portal with"
        " exactly this email, and answer when they have; or hand over.",
        (SIGNED_UP, HAND_OVER, STOP),
        subject=why,
    )


def unconfirmed_email(customer_id: str) -> Question:
    """A pending change of email outlives a save: whoever confirms it later takes the login over."""
    return Question(
        UNCONFIRMED,
        "C6",
        f"Customer {customer_id} has a change of email that waits for confirmation"
        " (unconfirmed_email): somebody asked for it, or an earlier save went there instead of to"
        " the email. Confirming it later would take the login over, and no save here removes it."
        " Have it cleared in CustomersDot, then let the rest be planned anew.",
        (PLAN_ANEW, STOP),
        subject=customer_id,
    )


def linked_gitlab_account(uid: str, who: str) -> Question:
    """C6: this run can't know whose the linked account is: the rename is older, or the link newer.

    `who` is what GitLab says of the user with the id `uid`.
    """
    return Question(
        LINKED,
        "C6",
        f"The Customer is linked to GitLab user {uid} ({who}). They were renamed before this"
        " run, or somebody linked that account since it began. Is it the previous owner's?",
        (UNLINK, KEEP, STOP),
        subject=uid,
    )
