"""Comments on tickets: whose word they are. What they say, a person reads."""

from domain.evidence.facts import CommentFact, EvidenceFacts
from domain.evidence.verdict import no
from domain.records import same_email


def author_of(
    facts: EvidenceFacts, rule: str, *, ticket: str, comment: str, email: str, whose: str
) -> tuple[str, ...]:
    """What is left to confirm about the author of a comment; nothing if the machine saw it.

    `whose` says in words who it has to be. Raises Refused if it is somebody else's or is missing.
    """
    place = f"comment {comment} on ticket {ticket}"
    fact = facts.comment(ticket, comment)
    if fact is None:
        return (f"{place} is there, and its verified author is {whose}",)
    if not fact.exists:
        raise no(rule, "no-such-comment", f"There is no comment {comment} on ticket {ticket}")
    if not same_email(fact.author_email, email):
        raise no(rule, "comment-by-somebody-else", f"The author of {place} is not {whose}")
    return tuple(_doubts(fact, place, whose))


def _doubts(fact: CommentFact, place: str, whose: str) -> list[str]:
    doubts = []
    if not fact.author_verified:
        doubts.append(
            f"{place} really was written by {whose}, whose address the ticket system has not"
            " verified"
        )
    if not fact.public:
        doubts.append(f"{place}, which is an internal note, is really the word of {whose}")
    return doubts
