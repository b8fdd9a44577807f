"""Errors, sorted by what happens next rather than by where they came from.

    HandoverError
    ├── Transient         try again later; `delay` says when
    ├── OutcomeUnknown    a write may have landed: read back, never repeat blindly
    ├── Stale             the world is not as planned: stop and ask
    ├── Refused           policy or evidence says no
    ├── NeedsPerson       a question with a closed set of answers
    ├── SignInExpired     somebody has to sign in again
    ├── InvalidRequest    the request itself is wrong; every problem is named at once
    ├── Locked            another run holds the account or a person
    ├── Unavailable       a part that is needed can't be reached
    └── Defect            our own mistake, or an answer that nothing documents

Messages never contain personal data: they are logged, stored and shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class HandoverError(Exception):
    """Base of everything that Handover raises on purpose.

    `code` is a stable word for machines. The text says what happened and what to do next.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or type(self).code


class Transient(HandoverError):
    """It may work later. `delay` is the wait in seconds that the other side asked for, if any."""

    code = "transient"

    def __init__(
        self, message: str, *, delay: float | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.delay = delay


class OutcomeUnknown(HandoverError):
    """A write was sent and no verdict came back. Only reading tells what happened."""

    code = "outcome-unknown"


class Stale(HandoverError):
    """What stands in the systems is neither what the plan expects nor what it wants."""

    code = "stale"


class Refused(HandoverError):
    """Policy, evidence or the other system says no. `rule` names the rule of the workflow."""

    code = "refused"

    def __init__(self, message: str, *, rule: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.rule = rule


class SignInExpired(HandoverError):
    """A session or credential no longer works: somebody signs in again. Nothing was written."""

    code = "sign-in"


class InvalidRequest(HandoverError):
    """The request can't be carried out as it is written. `problems` names all of them."""

    code = "invalid-request"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The request is invalid:\n" + "\n".join(f"- {p}" for p in self.problems))


class Locked(HandoverError):
    """Another run holds a claim that this one needs. `holder` is that run's id."""

    code = "locked"

    def __init__(self, message: str, *, holder: str) -> None:
        super().__init__(message)
        self.holder = holder


class Unavailable(HandoverError):
    """Redis, the database or another needed part can't be reached."""

    code = "unavailable"


class Defect(HandoverError):
    """An answer that nothing documents, or our own mistake. A person has to look."""

    code = "defect"


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers a question offers. `meaning` says what will happen if it is chosen."""

    id: str
    meaning: str
    second_person: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a run needs to know from a person, with the closed set of answers it accepts.

    `kind` is a stable word; `rule` is the rule that makes it a question. The text and the meanings
    contain no personal data. `second_person` marks a question that the one who started the run
    may not answer. `subject` is the id of what it is about, where another thing of that kind could
    turn up in its place: an answer counts for its subject only.
    """

    kind: str
    rule: str
    text: str
    answers: tuple[Answer, ...]
    second_person: bool = False
    subject: str = ""

    @property
    def key(self) -> str:
        """By what its answer is found again."""
        return answer_key(self.kind, self.subject)


def answer_key(kind: str, subject: str) -> str:
    """The key of an answer: the kind of the question, and what it was about."""
    return f"{kind}:{subject}" if subject else kind


class NeedsPerson(HandoverError):
    """A person has to decide before the run can go on."""

    code = "needs-person"

    def __init__(self, question: Question) -> None:
        super().__init__(question.text, code=question.kind)
        self.question = question
