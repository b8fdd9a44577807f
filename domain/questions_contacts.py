"""What is asked about the contact records of an account (S)."""

from domain.errors import Answer, Question
from domain.questions import HAND_OVER, PLAN_ANEW, STOP

WHICH = "which-contact"
ROLES = "roles-disagree"
NEW_CUSTOMER = "creates-customer"
NOT_FOLLOWED = "zuora-did-not-follow"

ONLY_SOLD_TO = "sold-to"
ONLY_BILL_TO = "bill-to"
BOTH = "both-contacts"


def which_contact(account_id: str) -> Question:
    """S1, S2: two contacts of the account have the email on record. The id is Zuora's."""
    return Question(
        WHICH,
        "S1",
        f"Two different contacts of Zuora account {account_id} have the email on record, one is the"
        " Sold To and one the Bill To. Which is meant?",
        (
            Answer(ONLY_SOLD_TO, "the Sold To is changed, the Bill To stays as it is"),
            Answer(ONLY_BILL_TO, "the Bill To is changed, the Sold To stays as it is"),
            Answer(BOTH, "both contacts are changed, one after the other"),
            STOP,
        ),
        subject=account_id,
    )


def roles_disagree(copy_id: str, shown: str, held: str) -> Question:
    """S2: the edit page's banner and Zuora's ids say different things about a contact's roles.

    `copy_id` is CustomersDot's id; `shown` is what its page says, `held` what follows from Zuora.
    """
    return Question(
        ROLES,
        "S2",
        f"CustomersDot's page of contact {copy_id} says that it is {shown}; by Zuora's ids it is"
        f" {held}. Which roles a change would reach is uncertain, so nothing is written. Look at"
        " both pages; a call-back may still be on its way.",
        (PLAN_ANEW, HAND_OVER, STOP),
        subject=copy_id,
    )


def creates_customer(*, certainly: bool) -> Question:
    """G4: the contact's email has no Customer. `certainly` for a Sold To, whose email gets one."""
    then = (
        "CustomersDot makes a new Customer for it (G4)"
        if certainly
        else "CustomersDot may make a new Customer for it (G4), surely once it is a Sold To's"
    )
    expected = (
        "the plan goes on, and the proof expects that Customer"
        if certainly
        else "the plan goes on, and the proof takes the account with or without that Customer"
    )
    return Question(
        NEW_CUSTOMER,
        "G4",
        f"The email that the contact will have belongs to no Customer. Once it is saved, {then};"
        " that Customer manages nothing. To keep somebody's own Customer, they sign up first, or"
        " theirs is renamed instead (C6).",
        (
            Answer("go-on", expected),
            PLAN_ANEW,
            STOP,
        ),
    )


def zuora_did_not_follow(copy_id: str) -> Question:
    """S6: CustomersDot's copy says what is asked for, Zuora doesn't: saving changes nothing."""
    return Question(
        NOT_FOLLOWED,
        "S6",
        f"CustomersDot's contact {copy_id} already says what is asked for and Zuora's contact does"
        " not, so that saving it again would write nothing. Billing can change it in Zuora.",
        (HAND_OVER, PLAN_ANEW, STOP),
        subject=copy_id,
    )
