"""Findings and scans, for people."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from domain.drift.findings import OF_RUNS
from domain.drift.kinds import Kind
from handover.cli.plan_text import preview_text
from handover.cli.session import marks
from handover.cli.table import table
from handover.cli.times import moment
from handover.drift.reports import Detail, Event, Finding, Report, Scan
from handover.words import counted

if TYPE_CHECKING:
    from handover.drift import Fix

_FINDINGS = ("FINDING", "KIND", "ACCOUNT", "FIELDS", "SINCE", "STATE")
_SCANS = ("SCAN", "KIND", "BEGAN", "ENDED", "STATE", "ACCOUNTS", "CALLS", "OPEN", "NEW", "RESOLVED")
_SHORT = 10
"""How many findings the overview lists."""


def findings_table(found: Sequence[Finding]) -> str:
    """One line per finding."""
    return table([_FINDINGS, *map(_finding_row, found)])


def scans_table(found: Sequence[Scan]) -> str:
    """One line per scan."""
    return table([_SCANS, *map(_scan_row, found)])


def detail_text(detail: Detail) -> str:
    """A finding, what has happened to it, and what to do about it."""
    one = detail.finding
    parts = ["\n".join(_head(one)), "\n".join(["History", *map(_event, detail.history)])]
    if one.resolved_at is None:
        parts.append("\n".join(["Next", *_next(one)]))
    return "\n\n".join(parts)


def scan_text(scan: Scan) -> str:
    """What came of a scan, or how far it is."""
    lines = [f"Scan {scan.id} ({scan.kind}): {_state(scan)}"]
    if scan.summary:
        lines.append(f"  {scan.summary}")
    lines.append(f"  {counts_text(scan)}")
    if scan.ended_at:
        unresolved = counted(sum(scan.open.values()), "finding")
        lines.append(
            f"  {unresolved} unresolved after it, also acknowledged ones; {scan.new} new,"
            f" {scan.resolved} resolved"
        )
    return "\n".join(lines)


def progress_text(scan: Scan) -> str:
    """How far a scan is, in one line."""
    settling = ", after a settling time" if scan.progress.phase == "confirm" else ""
    waits = f", waits: {scan.progress.why}" if scan.progress.why else settling
    return f"{_state(scan)}{waits}; {counts_text(scan)}"


def counts_text(scan: Scan) -> str:
    """What a scan has looked at so far, and what that took."""
    calls = ", ".join(f"{count:,} to {system}" for system, count in scan.calls.items())
    left = f", {scan.in_flight:,} left to the next scan" if scan.in_flight else ""
    skipped = f", {scan.skipped:,} not active" if scan.skipped else ""
    odd = f", {scan.unreadable:,} that can't be read" if scan.unreadable else ""
    looked = f"{counted(scan.accounts, 'account')}{skipped}, {counted(scan.suspects, 'suspect')}"
    return f"{looked}{left}{odd}; calls: {calls}"


def kinds_text(by_kind: Mapping[Kind, int]) -> str:
    """How many there are of each kind, the most frequent first."""
    most = sorted(by_kind.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {kind}" for kind, count in most)


def report_text(report: Report) -> str:
    """The report in short: what is open, when was last looked, and the newest findings."""
    totals, clean = report.totals, report.last_clean_at
    known = f"{totals.acknowledged} acknowledged, {totals.new} new"
    lines = [
        f"{counted(totals.open, 'finding')} open on {counted(totals.accounts, 'account')}: {known}",
        f"  {kinds_text(totals.by_kind) or 'no kind of drift'}",
        f"  last clean full scan: {moment(clean) if clean else 'none yet'}",
    ]
    parts = ["\n".join(lines)]
    if seen := [*report.running, *report.scans[:-6:-1], *report.others]:
        parts.append(scans_table(seen))
    if report.findings:
        parts.append(findings_table(report.findings[:_SHORT]))
    if (more := totals.open - _SHORT) > 0:
        parts[-1] += f"\n... and {more:,} more: `handover drift list` lists them"
    return "\n\n".join(parts)


def fix_text(found: "Fix") -> str:
    """What would be done about a finding, and the checksum that names it."""
    head = f"{found.finding} ({found.kind}) of account {found.account}, keeping {found.keep}"
    if found.preview is None:
        return f"{head}: both sides agree"
    return f"{head}: plan {found.checksum}\n{preview_text(found.preview)}"


def _head(one: Finding) -> Iterator[str]:
    state = click.style(_finding_state(one), bold=True)
    yield f"Finding {one.id}: {one.kind}, {state}"
    yield f"  {one.meaning}"
    also = f" (Zuora id {one.account_id})" if one.account != one.account_id else ""
    subject = f", about {_subject(one)}" if one.subject else ""
    yield f"  account {one.account}{also}{subject}"
    yield from _sides(one)
    yield f"  first seen {moment(one.first_seen_at)} by scan {one.first_scan}"
    yield f"  last seen {moment(one.last_seen_at)} by scan {one.last_scan}"
    if one.resolved_at:
        yield f"  resolved {moment(one.resolved_at)}: scan {one.resolved_scan} no longer saw it"
    if one.acknowledged:
        known = one.acknowledged
        yield f"  acknowledged by {known.by} until {moment(known.until)}: {known.reason}"


def _subject(one: Finding) -> str:
    return f"{'run' if one.kind in OF_RUNS else 'record'} {one.subject}"


def _sides(one: Finding) -> Iterator[str]:
    """Each field that differs, as each side has it; masked forms may look alike.

    Where no field differs, each side says what it knows, and the other one nothing.
    """
    names = one.fields or tuple(dict.fromkeys(n for f in one.sides.values() for n in f))
    for name in names:
        sides = {side: told[name] for side, told in one.sides.items() if name in told}
        said = [f"{side} {_shown(value)}" for side, value in sides.items()]
        yield f"    {name}: {', '.join(said) or 'differs'}"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "(empty)"
    return value if isinstance(value, str) else json.dumps(value)


def _next(one: Finding) -> Iterator[str]:
    for remedy in one.remedies:
        yield f"  {remedy.text}"
        if remedy.command:
            yield click.style(f"      {remedy.command}", bold=True)


def _event(event: Event) -> str:
    more = {
        "acknowledged": lambda: f" until {moment(event.data['until'])}",
        "fix-started": lambda: f": run {event.data['run']}",
    }.get(event.kind, str)()
    return f"  {moment(event.at)} {event.kind}{more}, by {event.actor}"


def _finding_row(one: Finding) -> tuple[str, ...]:
    return (
        *(one.id, one.kind, one.account, " ".join(one.fields)),
        *(moment(one.first_seen_at), _finding_state(one)),
    )


def _finding_state(one: Finding) -> str:
    if one.resolved_at is not None:
        return "resolved"
    if one.acknowledged:
        return f"acknowledged by {one.acknowledged.by} until {moment(one.acknowledged.until)}"
    return "new" if one.new else "open"


def _scan_row(scan: Scan) -> tuple[str, ...]:
    ended = moment(scan.ended_at) if scan.ended_at else marks().running
    numbers = (scan.accounts, sum(scan.calls.values()), sum(scan.open.values()))
    return (
        *(scan.id, scan.kind, moment(scan.opened_at), ended, _state(scan)),
        *(f"{number:,}" for number in (*numbers, scan.new, scan.resolved)),
    )


def _state(scan: Scan) -> str:
    if scan.result is None:
        return f"{scan.progress.phase} {scan.progress.done} of {scan.progress.known}"
    return (
        f"{scan.result}, {scan.reason}" if scan.reason not in (None, scan.result) else scan.result
    )
