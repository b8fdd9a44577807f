"""The play: a scan under fire, and one in peace that must come to the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drift.stage import Size, Stage, stage
from tests.parts.redis import RedisServer


@dataclass
class Played:
    """What came out. `wrong` is empty if all went as it must."""

    wrong: list[str] = field(default_factory=list)
    scans: list[dict[str, Any]] = field(default_factory=list)
    findings: int = 0
    runs: int = 0


def play(redis: RedisServer, size: Size, trips: Path, *, share: float = 0.01) -> Played:
    """Plays it on an installation of its own; the broker is killed and loses everything."""
    played = Played()
    with stage(redis, size, trips) as on:
        changed = on.made.new_accounts(size.runs)
        moved = on.made.new_accounts(size.runs)
        on.faults(share)
        under_fire = _under_fire(on, changed, moved, played)
        played.wrong += on.verdict().wrong
        before = {one["id"]: one for one in on.findings()}
        in_peace = on.ended(on.scan())
        after = {one["id"]: one for one in on.findings()}
        played.scans = [under_fire, in_peace]
        played.findings = len(after)
        played.wrong += _otherwise(before, after, in_peace)
    return played


def _under_fire(
    on: Stage, changed: list[dict[str, Any]], moved: list[dict[str, Any]], played: Played
) -> dict[str, Any]:
    """A scan whose workers, beat and broker are killed, while runs change accounts."""
    points = on.size.killed_at
    for point in points:
        (on.trips / point).touch()
    scan = on.scan()
    for n, point in enumerate(points, 1):
        on.tripped(point)
        until = len(changed) * n // len(points)
        runs = [on.made.start(account) for account in changed[played.runs : until]]
        for account in moved[played.runs : until]:
            on.made.control("POST", "changes", {"account": account["account_number"]})
        played.runs = until
        on.kill()
        on.begin()
        for run in runs:
            report = on.wait(run)
            if report["result"] != "proved":
                played.wrong.append(f"run {run}: {report['state']} {report['result']}")
    return on.ended(scan)


def _otherwise(
    before: dict[str, Any], after: dict[str, Any], scan: dict[str, Any]
) -> Iterator[str]:
    """In what a second look differs from the first: it must not."""
    yield from (f"resolved by itself: {one}" for one in before.keys() - after.keys())
    yield from (f"new by itself: {one}" for one in after.keys() - before.keys())
    yield from (
        f"not seen again: {one}"
        for one in before.keys() & after.keys()
        if after[one]["last_scan"] != scan["id"] or after[one]["fields"] != before[one]["fields"]
    )
    if scan["new"] or scan["resolved"]:
        yield f"the second scan says {scan['new']} new, {scan['resolved']} resolved"
