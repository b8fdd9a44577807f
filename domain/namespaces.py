"""What GitLab says about users and about a namespace's subscription (facts for V5 and C6)."""

from collections.abc import Mapping

from domain.records import Record


class GitLabUser(Record):
    """A GitLab account, as anybody may see it: without its address.

    `state` is `active`, `blocked` or another word of GitLab's.
    """

    id: str
    username: str
    name: str
    state: str


class Namespace(Record):
    """A group or a person's own namespace. `path` is the whole one, parents included."""

    id: str
    path: str
    name: str


class NamespaceSubscription(Record):
    """The plan of a namespace. It does not say which namespace it belongs to.

    Dates are ISO, `YYYY-MM-DD`, and empty where GitLab has none. The first four fields hold for a
    whole term; the seats in use move daily, so that two readings of them may differ (V5).
    """

    plan_code: str
    trial: bool
    start_date: str
    end_date: str
    seats_in_subscription: int | None = None
    seats_in_use: int | None = None
    max_seats_used: int | None = None


def subscription_in(body: object) -> NamespaceSubscription | None:
    """The subscription in an answer of GitLab's `gitlab_subscription`, or in a pasted copy of one.

    None where there is none: a namespace without a subscription is answered with nulls. Keys that
    nobody knows are ignored. Raises ValueError, without a word of the content, for a text that is
    no such answer.
    """
    plan, usage, billing = (_part(body, name) for name in ("plan", "usage", "billing"))
    start, end = (billing.get(f"subscription_{name}_date") for name in ("start", "end"))
    if plan.get("code") is None and start is None and end is None:
        return None
    return NamespaceSubscription(
        plan_code=_text(plan.get("code")),
        trial=_flag(plan.get("trial")),
        start_date=_text(start),
        end_date=_text(end),
        **{name: _count(usage.get(name)) for name in _COUNTERS},
    )


_COUNTERS = ("seats_in_subscription", "seats_in_use", "max_seats_used")


def _part(body: object, name: str) -> Mapping[str, object]:
    part = body.get(name) if isinstance(body, Mapping) else None
    if not isinstance(part, Mapping):
        raise ValueError(f"there is no {name} in it")  # noqa: TRY004 - the content is wrong
    return part


def _text(value: object) -> str:
    if value is not None and not isinstance(value, str):
        raise ValueError("a value that is text is something else")
    return value or ""


def _flag(value: object) -> bool:
    if value is not None and not isinstance(value, bool):
        raise ValueError("a value that is yes or no is something else")
    return bool(value)


def _count(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError("a value that is a number is something else")
    return value
