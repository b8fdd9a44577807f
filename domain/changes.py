"""Changes: the typed steps of a plan, each with what it expects to find and what it wants."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.addresses import POSTAL_FIELDS, same_postal_value
from domain.records import Record, Scalar, State, same_email


class Kind(StrEnum):
    """How a change is carried out, and how one knows that it is done.

    set, create, delete: done when the record reads back as wanted. touch: an unchanged save, done
    only by this run's own outcome and judged by its effect elsewhere. send: leaves the house, so
    that an unknown outcome is a question and never a repeat.
    """

    SET = "set"
    CREATE = "create"
    DELETE = "delete"
    TOUCH = "touch"
    SEND = "send"


Model = Literal[
    "customer",
    "billing_account_membership",
    "billing_account_contact",
    "cloud_activation",
    "license",
]


class Target(Record):
    """Which record a change is about. `id` is empty for a record that does not exist yet."""

    system: Literal["customersdot"] = "customersdot"
    model: Model
    id: str = ""


class Guard(Record):
    """Something else that must still be true right before the write.

    `name` says what is looked at; one of the `allowed` states must be found there.
    """

    name: str
    allowed: tuple[State, ...]


class Change(Record):
    """One planned write.

    `before` lists the states that are predicted for that moment, our own earlier writes, their side
    effects and the sync lag included; an empty state means that the record is absent. `values` is
    what the write needs besides; `action` says which page it goes through, where the record has
    several. A `judge` is what must be found elsewhere once the change has had
    time to arrive there; `otherwise` is the kind of question that is asked if it is not (without
    one the run stops as stale). A change with a `condition` is carried out only after a question of
    that kind was answered with that answer.
    """

    id: str
    kind: Kind
    step: str
    rule: str
    title: str
    target: Target
    before: tuple[State, ...]
    after: State
    guards: tuple[Guard, ...] = ()
    values: State = Field(default_factory=dict)
    side_effects: tuple[str, ...] = ()
    action: str = ""
    judge: Guard | None = None
    otherwise: str | None = None
    condition: tuple[str, str] | None = None

    def applies(self, answers: Mapping[str, str]) -> bool:
        """Whether this change is wanted, given the answers so far."""
        return self.condition is None or answers.get(self.condition[0]) == self.condition[1]


def matches(found: State, wanted: State) -> bool:
    """Whether a record is in a state: every wanted field is equal.

    Letter case of emails and what Zuora does to postal fields are no difference. An empty wanted
    state matches only an absent record, and the other way round.
    """
    if not wanted or not found:
        return not wanted and not found
    return all(_same(field, found, value) for field, value in wanted.items())


def matches_any(found: State, allowed: tuple[State, ...]) -> bool:
    """Whether a record is in one of several allowed states."""
    return any(matches(found, state) for state in allowed)


def differing(found: State, wanted: State) -> tuple[str, ...]:
    """The fields in which a record differs from a state, in the state's order."""
    return tuple(f for f, value in wanted.items() if not _same(f, found, value))


def _same(field: str, found: State, other: Scalar) -> bool:
    one = found.get(field)
    if field in POSTAL_FIELDS:
        return same_postal_value(field, found, other)
    if isinstance(one, str) and isinstance(other, str):
        one, other = one.strip(), other.strip()
        if field.endswith("email"):
            return same_email(one, other)
    return (one or "") == (other or "") if isinstance(other, str | None) else one == other
