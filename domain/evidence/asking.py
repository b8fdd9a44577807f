"""The question to a second person for what no machine saw."""

from domain.errors import Answer, Question
from domain.evidence.verdict import Accepted
from domain.questions import ESCALATE

CONFIRM = "evidence-seen"


def confirmation(accepted: Accepted, subject: str) -> Question:
    """Asks for every clause at once. `subject` is the evidence: another one is asked about anew."""
    clauses = "; ".join(accepted.unseen)
    return Question(
        kind=CONFIRM,
        rule=accepted.rule,
        text=f"Please look at the ticket: is it true that {clauses}? `handover show RUN --evidence`"
        " tells what was given.",
        answers=(
            Answer("confirmed", "the evidence counts and the run goes on"),
            Answer("not-confirmed", "it does not count; better evidence may be given to this run"),
            ESCALATE,
        ),
        second_person=True,
        subject=subject,
    )
