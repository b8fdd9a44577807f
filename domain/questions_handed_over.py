"""What those outside need to know when a run is handed over to them (S6, V8)."""

from dataclasses import replace

from domain.errors import Question
from domain.questions import SHARED


def with_reference(
    question: Question, *, account: str, ticket: str, kind: str, subject: str
) -> Question:
    """The question with the ids that a note to Billing or Legal has to name.

    `kind` and `subject` are those of the question that led to it; the account is as requested.
    """
    contact = f", Zuora contact {subject}" if kind == SHARED and subject else ""
    reference = f"Zuora account {account}{contact}, ticket {ticket}."
    return replace(question, text=f"{question.text} For the note to them: {reference}")
