"""A piece of a scan in the hands of a worker: what it covers, how far it is, how it ends."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from config.settings import settings
from domain.errors import Defect
from worker.journal import pieces, scans
from worker.journal.database import Tx
from worker.journal.pieces import Lease
from worker.runtime import journal, milliseconds
from worker.scans.registry import scan_of
from worker.trips import AFTER_JOURNAL, AFTER_PROGRESS, trip


class GivenBack(Exception):
    """The piece goes on in another message: one message must not hold a worker for too long."""


class Finishing:
    """The end of a piece, in one transaction with what `tx` is used for meanwhile."""

    def __init__(self, tx: Tx, scan: Row[Any], phase: str) -> None:
        self.tx = tx
        self._scan = scan
        self._phase = phase
        self._added: dict[str, list[tuple[Mapping[str, Any], int]]] = {}
        self._end: tuple[str, str, Mapping[str, int]] | None = None

    def add(self, phase: str, spec: Mapping[str, Any], not_before_ms: int | None = None) -> None:
        """Adds a piece to this phase or to a later one. Raises Defect for any other.

        It is not worked on before a time in the journal's milliseconds.
        """
        known = scan_of(self._scan.kind)
        if known.position(phase) < known.position(self._phase):
            raise Defect(f"The phase {phase} is over.", code="unknown-phase")
        self._added.setdefault(phase, []).append((spec, not_before_ms or 0))

    def end(self, *, result: str, summary: str, counts: Mapping[str, int] | None = None) -> None:
        """Ends the scan with this piece: clean or drift, and a sentence without personal data."""
        self._end = (result, summary, counts or {})

    def settle(self) -> None:
        """Records all that: the pieces, the next phase if this one is over, the scan's end."""
        scan_id = str(self._scan.id)
        if self._end:
            result, summary, more = self._end
            scans.end(self.tx, scan_id, result, summary=summary, more=more)
            return
        for phase, specs in self._added.items():
            pieces.add(self.tx, scan_id, phase, specs)
        if not pieces.is_left(self.tx, scan_id, self._phase):
            self._enter_next_phase(scan_id)

    def _enter_next_phase(self, scan_id: str) -> None:
        known = scan_of(self._scan.kind)
        for phase in known.phases[known.position(self._phase) + 1 :]:
            if pieces.is_left(self.tx, scan_id, phase.name):
                scans.enter(self.tx, scan_id, phase.name)
                return
        summary = "All of it was done, and nothing said how it ended."
        scans.end(self.tx, scan_id, "failed", reason="no-result", summary=summary)


class Piece:
    """What a phase's work gets. Everything that it records is fenced: see worker.journal.pieces."""

    def __init__(self, lease: Lease, row: Row[Any]) -> None:
        self.lease = lease
        self.scan_id = lease.scan_id
        self.phase = lease.phase
        self.n = lease.n
        self.spec: Mapping[str, Any] = json.loads(row.spec)
        self.cursor: str | None = row.cursor
        self.finished = False
        self._claimed = lease
        self._recorded: Counter[str] = Counter(json.loads(row.counts))
        self._numbers: Counter[str] = Counter()
        self._calls: Counter[str] = Counter()
        self._began = time.monotonic()

    def call(self, system: str) -> None:
        """Counts one call to a system; it is kept with the next thing that is recorded."""
        self._calls[f"calls_{system}"] += 1

    def counts(self, **numbers: int) -> None:
        """Adds to the scan's counts; kept with the next progress, or when the piece is finished."""
        self._numbers.update(numbers)

    def progress(self, cursor: str, *, rows: int = 0) -> None:
        """Records that everything up to the cursor is done. Raises Fenced.

        A piece that has held its worker for long goes on in another message: what follows in
        `work` is then done by who claims it next, from this cursor on.
        """
        self.counts(rows=rows)
        self._move(cursor, self._recorded + self._numbers + self._calls)
        self._numbers.clear()
        self.lease = replace(self.lease, attempt=1)
        trip(f"drift-{self.phase}", AFTER_PROGRESS)
        if time.monotonic() - self._began > settings().step_limit_seconds / 2:
            raise GivenBack

    def begin_anew(self) -> None:
        """Forgets how far the piece was and what it counted, but for its calls. Raises Fenced.

        It has not moved then: its tries count as when it was claimed.
        """
        calls = {name: n for name, n in self._recorded.items() if name.startswith("calls_")}
        self._numbers.clear()
        self._move(None, Counter(calls) + self._calls)
        self.lease = self._claimed

    @contextmanager
    def finishing(self) -> Iterator[Finishing]:
        """The transaction in which the piece ends; left with an error, nothing of it happened.

        Raises Fenced.
        """
        if self.finished:
            raise Defect(f"Piece {self.n} of {self.phase} was finished twice.")
        with journal().write() as tx:
            finishing = Finishing(tx, pieces.check(tx, self.lease), self.phase)
            yield finishing
            pieces.finish(tx, self.lease, self._recorded + self._numbers + self._calls)
            finishing.settle()
        self.finished = True
        trip(f"drift-{self.phase}", AFTER_JOURNAL)

    def give_back(self, tx: Tx, *, until: int, why: str | None, counted: bool) -> None:
        """Leaves the rest to whoever is sent for it after a time. Raises Fenced.

        The calls were made, so they are kept; what was counted since the last progress is not.
        """
        kept = self._recorded + self._calls
        pieces.give_back(tx, self.lease, until=until, counts=kept, why=why, counted=counted)

    def _move(self, cursor: str | None, counts: Counter[str]) -> None:
        length = milliseconds(settings().lease_seconds)
        with journal().write() as tx:
            pieces.move(tx, self.lease, cursor, counts, length)
        self.cursor, self._recorded = cursor, counts
        self._calls.clear()
