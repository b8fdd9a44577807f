"""V5: what a group owner pasted of a namespace's subscription beside what an admin token reads."""

import json

from domain.namespaces import NamespaceSubscription, subscription_in

SEATS_MOVED = 10
"""By how many seats a counter may have moved since the customer copied the answer."""

_EXACT = ("plan_code", "trial", "start_date", "end_date")
_MOVING = ("seats_in_use", "max_seats_used")


def read_pasted(text: str) -> NamespaceSubscription | None:
    """The subscription in pasted text, None where it names none: that is said of any namespace.

    Raises ValueError where the text can't be read as such an answer.
    """
    try:
        return subscription_in(json.loads(text))
    except RecursionError:
        raise ValueError("the text is nested too deep") from None


def differing(pasted: NamespaceSubscription, actual: NamespaceSubscription) -> tuple[str, ...]:
    """The fields that have to be equal and are not."""
    return tuple(name for name in _EXACT if getattr(pasted, name) != getattr(actual, name))


def moved(pasted: NamespaceSubscription, actual: NamespaceSubscription) -> tuple[str, ...]:
    """The counters that moved more than they do within some days."""
    return tuple(n for n in _MOVING if not _near(getattr(pasted, n), getattr(actual, n)))


def _near(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(SEATS_MOVED, other // 10)
