"""The questions of a typo fix (T) and of a licence that is sent (T6, G6)."""

from domain.errors import Answer, Question
from domain.mail import MailVerdict
from domain.questions import LEAVE, PLAN_ANEW, STOP

MAIL_LOG = "mail-log-inconclusive"
MAIL_DELIVERED = "mail-delivered"
RECORD = "record-the-error"
ADDRESS = "address-not-confirmed"
WHICH_LICENCE = "which-licence"
MANAGES_ELSEWHERE = "sold-to-manages-elsewhere"
MAIL_NOT_SEEN = "mail-not-seen"

FAILED = Answer("failed", "it counts as proved that the mail did not arrive, and the run goes on")
NO_STRANGER = Answer("no-stranger", "it is known whose mailbox that is; the run goes on as a typo")
CONFIRMED = Answer("confirmed", "the corrected address counts as confirmed, and the run goes on")
LOOK_AGAIN = Answer("look-again", "the step reads again and decides anew")
RECORDED = Answer("recorded", "the error counts as recorded, and the run goes on")
ARRIVED = Answer("arrived", "the mail counts as sent to the right address, and the run goes on")

NOT_CONFIGURED = "not-configured"

_UNCLEAR = {
    MailVerdict.SUPPRESSED: "the mail was suppressed (605): Mailgun did not try to deliver it"
    " because of something earlier, which alone is no proof of a typo",
    MailVerdict.NO_MAIL_SERVER: "the domain takes no mail (498): it may be mistyped, or its mail"
    " server may be gone",
    MailVerdict.TEMPORARY: "the failure is temporary, so that the mail may still arrive",
    MailVerdict.REJECTED: "Mailgun rejected the mail itself, which says nothing of the address",
    MailVerdict.UNKNOWN: "nothing is found; logs are not kept for ever, and nothing is no proof",
    MailVerdict.BOUNCED: "there is no such mailbox (550)",
    NOT_CONFIGURED: "Mailgun is not configured, so that nobody has looked",
}
"""What the mail log says, in the words of a question."""


def mail_log_inconclusive(verdict: str, *, entry_given: bool) -> Question:
    """T2: the log does not prove that the mail to the mistyped address failed."""
    entry = (
        " The request carries the log's entry as text: compare it with what is on the ticket."
        if entry_given
        else " The request carries no entry of an older log."
    )
    return Question(
        MAIL_LOG,
        "T2",
        "Did the licence mail to the mistyped address fail? What the mail log says:"
        f" {_UNCLEAR[verdict]}.{entry} Say in the reason what you saw, without any address.",
        (FAILED, LOOK_AGAIN, STOP),
        second_person=True,
        subject=verdict,
    )


def mail_delivered() -> Question:
    """T2: somebody has the mail."""
    return Question(
        MAIL_DELIVERED,
        "T2",
        "Mail to the mistyped address was delivered, so the address exists and a stranger may have"
        " the licence or the activation code. Stop, unless it is known for sure whose mailbox that"
        " is; what becomes of the code is for whoever issues licences to decide.",
        (NO_STRANGER, STOP),
        second_person=True,
    )


def record_by_hand() -> Question:
    """T3: without Zendesk nothing can be written on the ticket from here."""
    return Question(
        RECORD,
        "T3",
        "Zendesk is not configured, so that the error of the mail log can't be recorded on the"
        " ticket from here. Record it there as text, in an internal note.",
        (RECORDED, STOP),
    )


_NOT_CONFIRMED = {
    "no-such-comment": "there is no such comment on the ticket",
    "not-the-requester": "the comment is not by the ticket's requester",
    "another-requester": "the ticket's requester has another address than the request says",
    "not-internal": "by their address the ticket's requester is nobody of GitLab's; whoever else"
    " wants another address has to show that they own the subscription (V), by change-contact",
    "author-not-verified": "the comment's author has not verified their address",
    "address-not-in-comment": "the comment does not spell the corrected address out",
    NOT_CONFIGURED: "Zendesk is not configured, so that nobody has looked",
}


def address_not_confirmed(because: str, comment_id: str) -> Question:
    """T4: what was found is no written confirmation by the Account Manager. The id is Zendesk's."""
    return Question(
        ADDRESS,
        "T4",
        "Has the Account Manager who submitted the request confirmed the corrected address in"
        f" writing? The request names comment {comment_id}, but {_NOT_CONFIRMED[because]}. Say in"
        " the reason where they did, for example ticket and comment.",
        (CONFIRMED, LOOK_AGAIN, STOP),
        second_person=True,
        subject=because,
    )


def which_licence(choices: tuple[tuple[str, str], ...], rule: str) -> Question:
    """T6, G6: the subscription has several. Each choice is an id and what is known of it."""
    return Question(
        WHICH_LICENCE,
        rule,
        "The subscription has several licences or activation codes. Which one shall be sent?",
        (*(Answer(one, f"{text} is sent") for one, text in choices), STOP),
        subject=",".join(one for one, _ in choices),
    )


def sold_to_manages_elsewhere(billing_account_ids: tuple[str, ...]) -> Question:
    """Decision 4, G1: saving that Customer would change an account that is not this one."""
    there = ", ".join(billing_account_ids) or "none"
    return Question(
        MANAGES_ELSEWHERE,
        "G1",
        "The Customer with the mistyped email does not manage this billing account; billing"
        f" accounts they manage: {there}. Saving them would write to the Zuora account of those"
        " (G1) and not to this one. Have their membership put right first.",
        (PLAN_ANEW, STOP),
        subject=there,
    )


def mail_not_seen(verdict: str) -> Question:
    """T6: the mail log does not say that the mail left to the right address."""
    return Question(
        MAIL_NOT_SEEN,
        "T6",
        "It was sent, but that the mail reached the right address is not proved. What the mail log"
        f" says: {_UNCLEAR[verdict]}. Ask whom it was for, and look into the mail log.",
        (ARRIVED, LOOK_AGAIN, LEAVE),
        subject=verdict,
    )
