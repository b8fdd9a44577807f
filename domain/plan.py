"""The plan: an ordered list of typed changes and what must be true when they are done."""

import hashlib
import hmac
from typing import Any

from domain.changes import Change, differing
from domain.masking import mask_state
from domain.records import Record, State


class Expectation(Record):
    """One thing that the final proof looks at (C7): `name` is read, one of `allowed` must be found.

    `title` says for people what is proved.
    """

    name: str
    title: str
    allowed: tuple[State, ...]


class Plan(Record):
    """Everything a run will do, decided before it does anything.

    `pinned_*` name the original Sold To; they are taken over by every later plan of the same run.
    `claims` are the further accounts and people that this plan needs locked, as (kind, id).
    """

    workflow: str
    account_number: str
    zuora_account_id: str
    billing_account_id: str
    pinned_contact_id: str
    pinned_customer_id: str
    new_customer_id: str
    changes: tuple[Change, ...]
    expectations: tuple[Expectation, ...]
    claims: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def changes_of(self, step: str) -> tuple[Change, ...]:
        """The changes that one step of the canvas applies, in order."""
        return tuple(change for change in self.changes if change.step == step)

    def checksum(self, salt: bytes) -> str:
        """A keyed digest of the whole plan: it names the plan without being a way to guess it."""
        return hmac.new(salt, self.model_dump_json().encode(), hashlib.sha256).hexdigest()

    def outline(self) -> list[dict[str, Any]]:
        """The plan for people: every change with masked values."""
        return [_outline(number, change) for number, change in enumerate(self.changes, 1)]


def _outline(number: int, change: Change) -> dict[str, Any]:
    before, after = _first(change.before), change.after
    return {
        "number": number,
        "id": change.id,
        "kind": change.kind.value,
        "rule": change.rule,
        "step": change.step,
        "title": change.title,
        "record": f"{change.target.model}/{change.target.id or 'new'}",
        "before": mask_state(before),
        "after": mask_state(after),
        # Masked forms can look alike where the values are not.
        "changed": list(differing(before, after) if after else before),
        "side_effects": list(change.side_effects),
        "only_if": "=".join(change.condition) if change.condition else None,
    }


def _first(states: tuple[State, ...]) -> State:
    return states[0] if states else {}
