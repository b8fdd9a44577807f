"""Workers and beats: who is alive, who fell silent, and whether runs move."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

import handover
from config.settings import Settings
from config.version import version
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit
from handover.words import counted
from worker import presence
from worker.journal import feeding, inbox, processes
from worker.journal.database import Tx
from worker.runtime import has_journal, journal, milliseconds
from worker.telling.asked import overdue

_LATE_SCANS = 5
_MANY = 10_000
_NEWS_SECONDS = 3600
_NAMED = 5
_SPOKEN = {"drift": "worker for drift"}
START = "Start a worker (see the Procfile, or `handover up`); then they go on by themselves."


def workers(current: Settings) -> Iterator[Finding]:
    """Whether there are workers, alike and alive, and whether what is due is done."""
    if not has_journal(current):
        yield unknown("workers", "no run has needed one yet")
        return
    with journal().read() as tx:
        alive, silent = crew(tx, "worker")
        late = _overdue(tx, current)
    if alive:
        yield ok("workers", f"{counted(len(alive), 'worker')} alive: {names(alive)}")
    yield from fell_silent(silent, "worker")
    yield from _versions(alive)
    told = _told()
    if late and not alive:
        text = f"no worker is alive; {told}, {len(late)} overdue, such as {late[0]}"
        yield fail("workers", text, START, Exit.UNAVAILABLE)
    elif late:
        text = f"{told}; {len(late)} overdue, such as {late[0]}"
        again = "Are they all busy? Look at their logs; if need be, start more."
        yield warn("workers", text, again)
    elif not alive:
        yield warn("workers", f"no worker is alive; {told}", START)
    else:
        yield ok("workers", f"{told}; none waits for a worker for too long")


def questions(current: Settings) -> Iterator[Finding]:
    """Whether people have let a question go by: its run stands still until somebody answers."""
    if not has_journal(current):
        return
    with journal().read() as tx:
        late = [row.run_id for row in inbox.open_questions(tx) if overdue(tx, row)]
    if late:
        named = ", ".join(late[:_NAMED]) + (", ..." if len(late) > _NAMED else "")
        text = f"{counted(len(late), 'question')} overdue: {named}"
        yield warn("questions", text, "`handover questions` shows what is asked and how to answer.")


def beat(current: Settings) -> Iterator[Finding]:
    """Whether a beat is alive and its jobs are done."""
    if not has_journal(current):
        yield unknown("beat", "nothing has needed one yet")
        return
    with journal().read() as tx:
        alive, silent = crew(tx, "beat")
        last, now = processes.last_slot(tx, "export-heads"), tx.now
    yield from fell_silent(silent, "beat")
    if alive:
        yield ok("beat", f"{counted(len(alive), 'beat')} alive: {names(alive)}")
    else:
        text = "no beat is alive: nobody exports the heads of the chains"
        yield warn("beat", text, "Start one (see the Procfile); a second one does no harm.")
    if last is None:
        yield unknown("beat", "the heads of the chains were never exported")
    elif now - last.taken_at > 2 * milliseconds(current.heads_seconds):
        text = f"the heads of the chains were exported {ago(now - last.taken_at)}, too long ago"
        yield warn("beat", text, "Look at the logs of the beat and of the workers.")
    else:
        yield ok("beat", f"the heads of the chains were exported {ago(now - last.taken_at)}")


def crew(tx: Tx, kind: str) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """The processes of a kind that are alive, and those that fell silent not long ago."""
    known = [row for row in processes.known(tx) if row.kind == kind]
    line = tx.now - milliseconds(presence.silent_after())
    news = tx.now - milliseconds(_NEWS_SECONDS)
    alive = [row for row in known if row.seen_at >= line]
    return alive, [row for row in known if news <= row.seen_at < line]


def ago(passed: int) -> str:
    """How long ago, from milliseconds."""
    seconds = max(0, passed) // 1000
    for unit, length, most in (("s", 1, 120), ("min", 60, 600 * 60), ("h", 3600, 96 * 3600)):
        if seconds < most:
            return f"{seconds // length} {unit} ago"
    return f"{seconds // (24 * 3600)} days ago"


def _overdue(tx: Tx, current: Settings) -> list[str]:
    late_by = milliseconds(_LATE_SCANS * current.scan_seconds + current.orphan_seconds)
    return [
        run_id
        for parked in (True, False)
        for run_id in feeding.due(tx, parked=parked, limit=_MANY, late_by=late_by)
    ]


def _told() -> str:
    states = Counter(run["state"] for run in handover.runs(_MANY))
    waiting = states["waiting"]
    busy = sum(states.values()) - states["ended"] - waiting
    return f"{counted(busy, 'run')} under way, {waiting} waiting for a person"


def fell_silent(silent: Sequence[Row[Any]], kind: str) -> Iterator[Finding]:
    """Names those of a kind that fell silent."""
    for row in silent:
        who = f"{_SPOKEN.get(kind, kind)} {row.name}"
        text = f"{who} fell silent without saying that it ends: killed, frozen, cut off"
        again = "Look at its host; it is forgotten after a day."
        if kind != "beat":
            again = f"What it held goes on elsewhere. {again}"
        yield warn("workers" if kind == "worker" else kind, text, again)


def _versions(alive: Sequence[Row[Any]]) -> Iterator[Finding]:
    found = Counter(row.version for row in alive)
    if set(found) - {version()}:
        text = f"versions differ: here {version()}, workers {', '.join(sorted(found))}"
        yield warn("workers", text, "Update and restart those that are behind.")


def names(rows: Sequence[Row[Any]]) -> str:
    """The first few of them."""
    return ", ".join(row.name for row in rows[:_NAMED]) + (" ..." if len(rows) > _NAMED else "")
