"""The trend over full scans as bars: how much was open after each, and where nobody looked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handover.drift.report.moments import HOUR_MS, Moment, moment, span
from handover.drift.reports import Scan
from handover.words import counted

HEIGHT = 100.0
"""Units of the drawing, which is stretched to the room that there is."""
_SLOT, _WIDTH = 10.0, 8.0
_SLOTS = 30
"""Fewer bars than this stand at the right, where today is, and keep their width."""
_VISIBLE = 2.0
"""So that one difference is seen beside a thousand."""
_MISSED_MS = 36 * HOUR_MS
"""Longer than from one night to the next, also where a scan came late."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: `look` is its class, and the rest its place in the drawing."""

    look: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """What is drawn for one scan, or for the time in which there was none, and said of it."""

    x: float
    parts: tuple[Part, ...]
    when: Moment
    says: str
    kinds: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """All bars, oldest first; `most` is what was open when it was most: the top of the scale."""

    bars: tuple[Bar, ...]
    most: int
    width: float
    bar_width: float = _WIDTH

    @property
    def looks(self) -> frozenset[str]:
        """What the legend has to explain."""
        return frozenset(part.look for bar in self.bars for part in bar.parts)


@dataclass(frozen=True, slots=True)
class _Nobody:
    """A time in which nobody looked."""

    begins: int
    ends: int


def trend(scans: Sequence[Scan], made_at: int) -> Trend:
    """The trend over full scans, oldest first; `made_at` is the moment up to which it goes."""
    most = max((sum(scan.open.values()) for scan in scans if _looked(scan)), default=0)
    columns = list(_columns(scans, made_at))
    slots = max(len(columns), _SLOTS)
    first = slots - len(columns)
    bars = (_bar(column, (first + n) * _SLOT, most) for n, column in enumerate(columns))
    return Trend(tuple(bars), most, slots * _SLOT)


def _columns(scans: Sequence[Scan], made_at: int) -> Iterator[Scan | _Nobody]:
    following = [*(scan.opened_at for scan in scans), made_at][1:]
    for scan, next_one in zip(scans, following, strict=True):
        yield scan
        if scan.ended_at is not None and next_one - scan.ended_at > _MISSED_MS:
            yield _Nobody(scan.ended_at, next_one)


def _looked(scan: Scan) -> bool:
    return scan.result in {"clean", "drift"}


def _bar(column: Scan | _Nobody, x: float, most: int) -> Bar:
    if isinstance(column, _Nobody):
        says = f"no scan for {span(column.ends - column.begins)}"
        return Bar(x, _whole("nobody"), moment(column.begins), says)
    when, found = moment(column.opened_at), sum(column.open.values())
    if not _looked(column):
        return Bar(x, _whole("unknown" if column.result else "running"), when, _unknown(column))
    if found:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in column.open.items() if count)
        says = f"{found:,} open, {column.new:,} of them new; {column.resolved:,} resolved"
        if column.unreadable:
            says += f"; {counted(column.unreadable, 'account')} not read"
        return Bar(x, tuple(_stacked(found, min(found, column.new), most)), when, says, kinds)
    if column.result == "clean":
        return Bar(x, (Part("clean", HEIGHT - _VISIBLE, _VISIBLE),), when, "no drift")
    return Bar(x, _whole("unknown"), when, "no drift in what could be read")


def _unknown(scan: Scan) -> str:
    if scan.result is None:
        return "still running"
    return (
        f"{scan.result} ({scan.reason}): not known" if scan.reason else f"{scan.result}: not known"
    )


def _whole(look: str) -> tuple[Part, ...]:
    return (Part(look, 0, HEIGHT),)


def _stacked(found: int, new: int, most: int) -> Iterator[Part]:
    top = HEIGHT
    for look, count in (("known", found - new), ("new", new)):
        if count > 0:
            height = max(_VISIBLE, count / most * HEIGHT)
            top = max(0.0, top - height)
            yield Part(look, round(top, 2), round(height, 2))
