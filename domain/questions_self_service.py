"""What self-service asks (C2, C3, C4): above all, the wait for what the customer does."""

from domain.errors import Answer, Question
from domain.questions import STOP

CUSTOMER_ACTS = "customer-acts"
ANOTHER_EMAIL = "another-email"
LOGIN_OFF = "owners-login-off"
THE_CUSTOMERS_TURN = (CUSTOMER_ACTS, ANOTHER_EMAIL, LOGIN_OFF)
"""For these the customer has the next move, and the run rests."""

CHANGED = Answer("changed", "both systems are looked at now; if nothing changed, the run waits on")
TAKEN = Answer(
    "email-taken",
    "the portal said “Email has already been taken”: the new contact is a Customer already, and the"
    " run goes on with C5, for which it needs evidence (C4, V)",
)
WITHDRAWN = Answer(STOP.id, "the request is withdrawn; the run ends and nothing was written")
WAIT_ON = Answer("wait-on", "nothing is done about it; the run waits on")
LOOK_AGAIN = Answer("look-again", "it was mended: both systems are looked at now")
ACCEPT = Answer(
    "accept",
    "it is an address of the new contact: the run goes on as if it stood in the request",
    second_person=True,
)

_NOT_SEEN = {
    None: "",
    CHANGED.id: " So far nothing has changed.",
    TAKEN.id: " No Customer has the new contact's email, so that “Email has already been taken”"
    " was about another one: ask for the exact address that they typed.",
}


def customer_acts(said: str | None = None) -> Question:
    """C2: the customer changes their account themselves. `said` is the last answer, if any."""
    return Question(
        CUSTOMER_ACTS,
        "C2",
        "The requester has to be guided by the message that this run wrote; then the customer acts."
        " The run holds nothing meanwhile and looks by itself whether they did; answer if you know"
        " more. If they can't do it, start change-contact: it takes this run's place."
        f"{_NOT_SEEN.get(said, '')}",
        (CHANGED, TAKEN, WITHDRAWN),
    )


def another_email(customer_id: str, mark: str) -> Question:
    """C7: the customer changed their email, but not to the requester's.

    The id is CustomersDot's; `mark` stands for the email, so that an answer counts for that alone.
    """
    return Question(
        ANOTHER_EMAIL,
        "C7",
        f"The owner's Customer ({customer_id}) has a new email in CustomersDot, and it is not the"
        " requester's. Ask on the ticket whose it is. A stranger's is a case for Legal: stop then,"
        " and escalate.",
        (ACCEPT, WAIT_ON, LOOK_AGAIN, WITHDRAWN),
        subject=mark,
    )


def owners_login_off(customer_id: str) -> Question:
    """C2, L1: CustomersDot sends no link to a Customer whose login is off. The id is its own."""
    return Question(
        LOGIN_OFF,
        "L1",
        f"The login of the owner's Customer ({customer_id}) is off: the portal sends no one-time"
        " link, and doesn't say so. It may be off on purpose. If it should be on, start"
        " confirm-login for the owner, which takes this run's place, and then self-service again.",
        (WAIT_ON, LOOK_AGAIN, WITHDRAWN),
        subject=customer_id,
    )
