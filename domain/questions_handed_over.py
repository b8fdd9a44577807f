"""The wait for Billing or Legal: what they are told and what they can answer (S6, V8)."""

from dataclasses import replace

from domain.errors import Answer, Question
from domain.questions import ESCALATE, HAND_OVER, LEAVE, NOT_RESTORED, SEPARATE, SHARED

WITH_BILLING = "with-billing"
WITH_LEGAL = "with-legal"

REPORTED = Answer(
    "billing-done",
    "Billing reported that they are done: both systems are read again and the rest is planned anew",
)
LEGAL_AGREES = Answer("legal-agrees", "the ownership counts as verified and the run goes on")
LEGAL_REFUSES = Answer("legal-refuses", "the run ends as refused; nothing was written")

_FOR_BILLING = {
    SHARED: "One contact is both Sold To and Bill To of this account, and they must be separate"
    " people: give the Bill To a contact of its own. Only the contact that the request is about is"
    " changed afterwards.",
    NOT_RESTORED: "The account's Sold To was replaced when the new contact's login was activated:"
    " write the original Sold To back.",
}


def for_billing(kind: str) -> str:
    """What Billing is to do after a question of that kind."""
    return _FOR_BILLING.get(
        kind, "Finish in Zuora what is not done, so that the run can be proved."
    )


def with_billing(kind: str, text: str) -> Question:
    """S6: Billing changes the contact in Zuora; the run keeps its claims and waits.

    `kind` and `text` are those of the question that led to it: they say what Billing is to do.
    """
    wanted = _FOR_BILLING.get(kind, f"What the run met: {text}")
    return Question(
        WITH_BILLING,
        "S6",
        f"Handed over to Billing (Zuora contact change). {wanted} `handover show` says"
        " what is written so far; answer when they have reported back.",
        (REPORTED, LEAVE),
    )


def with_legal(kind: str, text: str) -> Question:
    """V8: Legal decides about the ownership; the run waits and does not guess.

    `kind` and `text` are those of the question that led to it.
    """
    return Question(
        WITH_LEGAL,
        "V8",
        "Handed over to Legal as a Subscription-Ownership-Change-Escalation. What was asked before"
        f" ({kind}): {text} Answer when they have decided.",
        (LEGAL_AGREES, LEGAL_REFUSES),
        second_person=True,
    )


def with_reference(
    question: Question, *, account: str, ticket: str, kind: str, subject: str
) -> Question:
    """The question with the ids that a note to Billing or Legal has to name.

    `kind` and `subject` are those of the question that led to it; the account is as requested.
    """
    contact = f", Zuora contact {subject}" if kind == SHARED and subject else ""
    reference = f"Zuora account {account}{contact}, ticket {ticket}."
    return replace(question, text=f"{question.text} For the note to them: {reference}")


HANDED_OVER = {
    HAND_OVER.id: with_billing,
    SEPARATE.id: with_billing,
    ESCALATE.id: with_legal,
}
"""The answers after which somebody outside has the next word, and the wait that follows: made from
the kind and the text of the question that was answered so."""
