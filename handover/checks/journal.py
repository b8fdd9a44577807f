"""The journal, and what it tells about workers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import handover
from config.settings import Settings
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit
from handover.words import counted, spoken_address
from worker.beats import take_slot
from worker.journal import feeding
from worker.journal.upgrade import newest_version
from worker.runtime import journal as open_journal
from worker.runtime import milliseconds

_LATE_SCANS = 5
_MANY = 10_000


class _NotKept(Exception):
    """Takes back what was written only to see that it can be."""


def journal(current: Settings) -> Iterator[Finding]:
    """Whether it can be used, and whether its history holds."""
    if _unused(current):
        yield unknown("journal", "none yet; it is made when the first run is started here")
        return
    opened = open_journal()  # brings the schema up to date, as every command does
    where = spoken_address(opened.engine.url)
    with suppress(_NotKept), opened.write() as tx:
        take_slot(tx, "doctor", 1)
        raise _NotKept  # a database that can only be read lets a transaction begin all the same
    yield ok("journal", f"{where} can be written; schema {newest_version()}")
    exported = current.state_dir / "heads.jsonl"
    verdict = handover.verify_audit(exported if exported.exists() else None)
    history = f"{counted(verdict['events'], 'event')} of {counted(verdict['runs'], 'run')}"
    if verdict["holds"]:
        heads = counted(verdict["heads"], "exported head")
        against = f", also against {heads}" if verdict["heads"] else ""
        yield ok("audit", f"{history} hold{against}")
        return
    text = f"{len(verdict['problems'])} problem(s): {verdict['problems'][0]}"
    again = "Somebody changed the history: `handover audit verify` lists all. Keep a copy."
    yield fail("audit", text, again, Exit.FAILED)


def workers(current: Settings) -> Iterator[Finding]:
    """Whether runs move: workers can't be asked, but overdue runs show that none is at work."""
    if _unused(current):
        yield unknown("workers", "no run has needed one yet")
        return
    late_by = milliseconds(_LATE_SCANS * current.scan_seconds + current.orphan_seconds)
    with open_journal().read() as tx:
        overdue = [
            run_id
            for parked in (True, False)
            for run_id in feeding.due(tx, parked=parked, limit=_MANY, late_by=late_by)
        ]
    states = Counter(run["state"] for run in handover.runs(_MANY))
    waiting = states["waiting"]
    busy = sum(states.values()) - states["ended"] - waiting
    told = f"{counted(busy, 'run')} under way, {waiting} waiting for a person"
    if overdue:
        text = f"{told}; {len(overdue)} overdue, such as {overdue[0]}"
        again = "Start a worker (see the Procfile, or `handover up`); then they go on by themselves"
        yield warn("workers", text, f"{again}.")
        return
    if busy:
        yield ok("workers", f"{told}; none is overdue")
        return
    yield unknown("workers", f"{told}; nothing is under way that would show a worker")


def _unused(current: Settings) -> bool:
    return not current.database_url and not (current.state_dir / "journal.db").exists()
