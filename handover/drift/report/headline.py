"""What the page says first, in words: how much drift there is, and how far that can be trusted."""

from collections.abc import Iterator
from itertools import chain

from handover.drift.report.moments import HOUR_MS, moment, span
from handover.drift.reports import Report, Scan
from handover.words import counted

_LATE_MS = 36 * HOUR_MS
_LESS = {
    "changed": "The last scan of what had changed",
    "proved": "The last look at what runs had proved",
}
_NBSP = "\N{NO-BREAK SPACE}"
"""Keeps a number with its word."""


def basis(report: Report) -> Scan | None:
    """The last full scan that looked at all accounts: the one that the page rests on."""
    return next(
        (scan for scan in reversed(full(report)) if scan.result in {"clean", "drift"}), None
    )


def full(report: Report) -> list[Scan]:
    """The full scans, those that still run last."""
    return [scan for scan in chain(report.scans, report.running) if scan.kind == "full"]


def headline(report: Report) -> str:
    """One line. It says that there is no drift only where a scan has looked, and lately."""
    totals = report.totals
    known = totals.open - totals.acknowledged - totals.new
    parts = [(totals.new, "new"), (known, "known"), (totals.acknowledged, "acknowledged")]
    said = [f"{count:,}{_NBSP}{word}" for count, word in parts if count]
    if not said:
        if basis(report) is None:
            return "No full scan has ended well yet"
        return "No drift known" if any(notices(report)) else "No drift"
    first = next(count for count, _ in parts if count)
    said[0] += " difference" if first == 1 else " differences"
    return f"{', '.join(said)}; {_last_clean(report)}"


def _last_clean(report: Report) -> str:
    if report.last_clean_at is None:
        return "no clean scan yet"
    return f"last clean scan {span(report.made_at - report.last_clean_at)} ago"


def source(report: Report) -> str:
    """From which scan the page is, and what that looked at."""
    scan = basis(report)
    if scan is None or scan.ended_at is None:
        return ""
    looked = f"{scan.accounts:,} account{'' if scan.accounts == 1 else 's'}"
    left = "".join(_left(scan))
    return (
        f"The full scan {scan.id} of {moment(scan.opened_at).text}, took"
        f" {span(scan.ended_at - scan.opened_at)} and looked at {looked}{left}."
    )


def others(report: Report) -> Iterator[str]:
    """How the last scans ended that look at less than everything, and what is running now."""
    for scan in report.others:
        looked = _LESS.get(scan.kind, scan.kind)
        yield f"{looked} of {moment(scan.opened_at).text}, {scan.id}: {_ended(scan)}."
    yield from map(_running, report.running)


def _ended(scan: Scan) -> str:
    if scan.result in {"clean", "drift"}:
        return "no drift" if scan.result == "clean" else "drift"
    return f"{scan.result} ({scan.reason})" if scan.reason else str(scan.result)


def _left(scan: Scan) -> Iterator[str]:
    if scan.skipped:
        yield f"; {scan.skipped:,} that Zuora does not call active were left out"
    if scan.in_flight:
        yield f"; {scan.in_flight:,} were left to the next scan, since runs were changing them"


def notices(report: Report) -> Iterator[str]:
    """Why the page may know less than it seems to."""
    ended, known = report.scans, basis(report)
    if known is None and report.totals.open:
        yield "No full scan has ended well yet: there may be more than what stands here."
    if known and known.unreadable:
        were = "account was" if known.unreadable == 1 else "accounts were"
        yield (
            f"{known.unreadable:,} {were} answered in a form that can't be read: nothing is said"
            " about them here."
        )
    if ended and ended[-1] is not known:
        yield _failed(ended[-1])
    elif known and known.ended_at and report.made_at - known.ended_at > _LATE_MS:
        yield f"No full scan has ended for {span(report.made_at - known.ended_at)}."


def doubts(report: Report) -> Iterator[str]:
    """As notices, also where there is nothing at all to take for the whole."""
    if basis(report) is None and not report.totals.open:
        yield "No full scan has ended well yet, so this says nothing about the accounts."
    yield from notices(report)


def _failed(scan: Scan) -> str:
    how = "was cancelled" if scan.result == "cancelled" else "failed"
    why = f" ({scan.reason})" if scan.reason else ""
    told = f" {scan.summary}" if scan.summary else ""
    return (
        f"The newest full scan, {scan.id} of {moment(scan.opened_at).text}, {how}{why}.{told}"
        " What stands here is older."
    )


def _running(scan: Scan) -> str:
    done = scan.progress
    waits = f"; it waits ({done.why})" if done.why else ""
    return (
        f"The {scan.kind} scan {scan.id} has been running since {moment(scan.opened_at).text}:"
        f" {done.phase}, {done.done:,} of {counted(done.known, 'piece')} done{waits}."
    )
