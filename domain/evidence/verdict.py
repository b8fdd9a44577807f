"""What the rules say of a piece of evidence."""

from dataclasses import dataclass

from domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Accepted:
    """Accepted by `rule`, provided that somebody confirms every clause of `unseen`.

    Each clause is what no machine could see, as the end of a sentence: "is it true that ...".
    They name ids, never a person.
    """

    rule: str
    unseen: tuple[str, ...] = ()


def no(rule: str, code: str, why: str) -> Refused:
    """The refusal of a piece of evidence. What would be accepted instead is added by `decide`."""
    return Refused(f"{why} ({rule}).", rule=rule, code=code)
