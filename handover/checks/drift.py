"""Scans for drift: who works on them, when each was last begun, how they ended, whether one hangs.

A scan that hangs holds up no run; but a night without one is a night in which nobody looked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from config.schedule import jobs
from config.settings import Settings
from handover.checks.crew import ago, crew, fell_silent, names
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit
from handover.words import counted
from worker.journal import pieces, processes, scans
from worker.journal.database import Tx
from worker.missed import is_overdue
from worker.runtime import has_journal, journal, milliseconds

_START = "Start one (`drift` in the Procfile, or `handover up`); scans then go on by themselves."
_LATE_SECONDS = 300
_WELL = ("clean", "drift")


def workers(current: Settings) -> Iterator[Finding]:
    """Whether somebody works on scans: workers for runs don't."""
    if not has_journal(current):
        return
    with journal().read() as tx:
        alive, silent = crew(tx, "drift")
        waiting = [row.id for row in scans.unfinished(tx)]
    yield from fell_silent(silent, "drift")
    if alive:
        yield ok("drift", f"{counted(len(alive), 'worker')} for drift alive: {names(alive)}")
    elif waiting:
        text = f"no worker for drift is alive, and scan {waiting[0]} waits for one"
        yield fail("drift", text, _START, Exit.UNAVAILABLE)
    elif any(job.kind for job in jobs(current)):
        yield warn("drift", "no worker for drift is alive: scheduled scans will wait", _START)


def schedule(current: Settings) -> Iterator[Finding]:
    """When each scheduled scan was last begun, and which are overdue."""
    if not has_journal(current):
        return
    with journal().read() as tx:
        for job in jobs(current):
            if job.kind:
                last = processes.last_slot(tx, job.name)
                yield _begun(tx, job.kind, last, overdue=is_overdue(tx, job))


def full_scans(current: Settings) -> Iterator[Finding]:
    """How the last look at all accounts ended, and how long ago one was clean."""
    if not has_journal(current):
        return
    with journal().read() as tx:
        ended = [row for row in scans.newest(tx, kind="full") if row.ended_at is not None]
        clean = next(iter(scans.newest(tx, limit=1, kind="full", result="clean")), None)
        now = tx.now
    if not ended:
        yield unknown("drift", "no full scan has ended yet", "`handover drift scan` begins one.")
        return
    last = ended[0]
    text = f"the last full scan ({last.id}) ended {ago(now - last.ended_at)}: {last.result}"
    if last.result != "clean":
        text += f"; the last clean one {ago(now - clean.ended_at)}" if clean else "; none was clean"
    if last.result in _WELL:
        yield ok("drift", text)
    else:
        yield warn(
            "drift",
            f"{text}. {last.summary}",
            "Mend what it names; `handover drift scan` looks now.",
        )


def at_work(current: Settings) -> Iterator[Finding]:
    """Whether the scans that have not ended move."""
    if not has_journal(current):
        return
    with journal().read() as tx:
        for row in scans.unfinished(tx):
            yield _standing(tx, row, pieces.of_scan(tx, row.id))


def _begun(tx: Tx, kind: str, last: Row[Any] | None, *, overdue: bool) -> Finding:
    if last is None:
        return unknown("drift", f"the scheduled {kind} scan has not begun yet")
    text = f"the scheduled {kind} scan was last begun {ago(tx.now - last.taken_at)}"
    if overdue:
        again = "Is a beat alive, and do workers take its messages? Their logs say more."
        return warn("drift", f"{text}: overdue", again)
    return ok("drift", text)


def _standing(tx: Tx, scan: Row[Any], found: Sequence[Row[Any]]) -> Finding:
    here = [piece for piece in found if piece.phase == scan.phase]
    left = [piece for piece in here if piece.done_at is None]
    text = (
        f"scan {scan.id} ({scan.kind}), begun {ago(tx.now - scan.opened_at)}: {scan.phase},"
        f" {len(here) - len(left)} of {counted(len(here), 'piece')}"
    )
    why = Counter(piece.why for piece in left if piece.why)
    late = [p for p in left if p.due_at < tx.now - milliseconds(_LATE_SECONDS)]
    if why:
        text += f"; waiting: {', '.join(f'{code} ({n})' for code, n in why.most_common())}"
        return warn("drift", text, "It is tried again by itself; the workers' logs say more.")
    if late:
        return warn("drift", f"{text}; {len(late)} overdue", _START)
    return ok("drift", text)
