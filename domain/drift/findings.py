"""What follows from what a confirming read saw: two looks before a finding, and its further life.

A difference counts once two looks have shown it, the first of which may be the pages of the scan.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from domain.drift.differences import Difference, Identity
from domain.drift.kinds import Kind


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one look says: differences that were seen before, and those that were not yet."""

    confirmed: tuple[Difference, ...]
    unconfirmed: tuple[Difference, ...]


def judge(seen: Iterable[Difference], before: Collection[Identity]) -> Judgement:
    """Sorts what a look shows by whether an earlier look, or an earlier scan, showed it as well."""
    found = tuple(seen)
    return Judgement(
        confirmed=tuple(one for one in found if one.identity in before),
        unconfirmed=tuple(one for one in found if one.identity not in before),
    )


@dataclass(frozen=True, slots=True)
class Consequence:
    """What becomes of an account's findings: `still` and `resolved` by the finding's id."""

    new: tuple[Difference, ...]
    still: Mapping[str, Difference]
    resolved: tuple[str, ...]


def consequence(unresolved: Mapping[Identity, str], seen: Iterable[Difference]) -> Consequence:
    """What confirmed differences make of an account's unresolved findings, given by their ids."""
    found = {one.identity: one for one in seen}
    return Consequence(
        new=tuple(one for key, one in found.items() if key not in unresolved),
        still={unresolved[key]: one for key, one in found.items() if key in unresolved},
        resolved=tuple(known for key, known in unresolved.items() if key not in found),
    )


OF_RUNS = frozenset({Kind.CHANGE_UNDONE})
"""What a scan of proved runs looks at (D2)."""
OF_ACCOUNTS = frozenset(Kind) - OF_RUNS
"""What the other scans look at (D1). What one of the two finds, the other does not resolve."""


def summary(open_by_kind: Mapping[str, int], new: int, resolved: int, unreadable: int = 0) -> str:
    """How a scan ended, in words. `open_by_kind` leaves out what is acknowledged."""
    total = sum(open_by_kind.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(open_by_kind.items()))
    none = "No drift known." if unreadable else "No drift."
    said = [f"{total} open, {new} of them new: {kinds}." if total else none]
    if resolved:
        said.append(f"{resolved} resolved.")
    if unreadable:
        accounts = "account" if unreadable == 1 else "accounts"
        said.append(f"{unreadable} {accounts} could not be looked at; the log names them.")
    return " ".join(said)
