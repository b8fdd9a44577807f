"""The rows of the page's table: each difference with both sides, its state and what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.drift.kinds import Kind
from domain.drift.remedies import Remedy
from handover.drift.report.emphasis import Shown, emphasised
from handover.drift.report.moments import Moment, moment
from handover.drift.reports import Finding

NAMES = {
    "zuora": "Zuora",
    "customersdot": "CustomersDot",
    "expected": "Expected",
    "found": "Found",
}
"""What the sides are called, in the order in which they stand beside each other."""
NOTHING = {
    Kind.COPY_MISSING: ("customersdot", "no copy"),
    Kind.NO_CUSTOMER: ("customersdot", "no Customer"),
    Kind.ONLY_IN_ZUORA: ("customersdot", "no billing account"),
    Kind.ONLY_IN_CUSTOMERSDOT: ("zuora", "no account"),
}
"""The kinds of which one side has nothing to show, and what it has none of."""
STATES = ("new", "known", "acknowledged")


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says: the names of its fields and their values, or what it has none of."""

    name: str
    fields: tuple[tuple[str, Shown], ...]
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One difference as it is shown.

    `steps` are what to do, in order: all that can only be said in words, and the next command.
    """

    finding: Finding
    state: str
    fields: str
    sides: tuple[Side, ...]
    since: Moment
    until: Moment | None
    unseen_since: Moment | None
    steps: tuple[Remedy, ...]


def row(finding: Finding, looked_at: int | None) -> Row:
    """A finding's row; `looked_at` is when the last scan that ended well began."""
    unseen = looked_at is not None and finding.last_seen_at < looked_at
    return Row(
        finding=finding,
        state=state(finding),
        fields=", ".join(map(_spoken, finding.fields)),
        sides=tuple(_sides(finding)),
        since=moment(finding.first_seen_at),
        until=moment(finding.acknowledged.until) if finding.acknowledged else None,
        unseen_since=moment(finding.last_seen_at) if unseen else None,
        steps=tuple(
            each for each in finding.remedies if each.command in {"", finding.next_command}
        ),
    )


def state(finding: Finding) -> str:
    """Which of the three states a reader tells apart it is in."""
    if finding.acknowledged:
        return "acknowledged"
    return "new" if finding.new else "known"


def _sides(finding: Finding) -> Iterator[Side]:
    lacking, nothing = NOTHING.get(finding.kind, ("", ""))
    found = {name: fields for name, fields in finding.sides.items() if fields}
    if lacking:
        found.setdefault(lacking, {})
    names = sorted(found, key=[*NAMES, *found].index)
    for name in names:
        other = next((found[each] for each in names if each != name), {})
        fields = tuple(_fields(finding, found[name], other)) if found[name] else ()
        yield Side(NAMES.get(name, name), fields, "" if fields else nothing)


def _fields(
    finding: Finding, mine: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[tuple[str, Shown]]:
    """The fields of one side, those that differ first."""
    differing = [field for field in finding.fields if field in mine or field in other]
    for field in differing:
        yield _spoken(field), emphasised(mine.get(field), other.get(field), differs=True)
    for field in mine:
        if field not in differing:
            yield _spoken(field), emphasised(mine[field], None, differs=False)


def _spoken(field: str) -> str:
    return field.replace("_", " ")
