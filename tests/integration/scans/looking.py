"""What the tests of scans do again and again, in short words."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, text

from tests.integration.journal.scene import Clock
from worker.journal import pieces, scans
from worker.journal.database import Journal
from worker.journal.pieces import Lease, Place
from worker.scans.opening import open_scan
from worker.scans.piece import Piece
from worker.scans.registry import Phase, Scan, register
from worker.scans.work import work

LEASE = 30_000
Work = Callable[[Piece], None]


def ends(piece: Piece) -> None:
    """The last phase: says that all is well."""
    with piece.finishing() as finishing:
        finishing.end(result="clean", summary="Nothing was found.")


@dataclass
class Looks:
    """Scans in this very process. Messages lie in `queue` until `deliver` takes them."""

    journal: Journal
    clock: Clock
    queue: list[Place] = field(default_factory=list)

    def register(self, kind: str = "full", lane: str = "accounts", **phases: Work) -> None:
        """A scan whose phases do this."""
        found = tuple(Phase(name, work) for name, work in phases.items())
        register(Scan(kind, lane, found))

    def open(self, kind: str = "full") -> str:
        """A new scan."""
        opened = open_scan(kind, "kim")
        assert opened.new
        return opened.id

    def deliver(self) -> Place:
        """Has a worker take the message that lies there for longest."""
        place = self.queue.pop(0)
        work(*place)
        return place

    def drain(self, limit: int = 100) -> list[Place]:
        """Delivers until nothing lies there."""
        done: list[Place] = []
        while self.queue:
            assert len(done) < limit, "it never ends"
            done.append(self.deliver())
        return done

    def claim(self, place: Place, owner: str = "other:2") -> Lease | None:
        """A claim by a process that this test plays itself."""
        with self.journal.write() as tx:
            claimed = pieces.claim(tx, place, owner=owner, milliseconds=LEASE)
        return claimed[0] if claimed else None

    def piece(self, place: Place) -> Piece:
        """The piece in the hands of such a process."""
        with self.journal.write() as tx:
            claimed = pieces.claim(tx, place, owner="other:2", milliseconds=LEASE)
        assert claimed is not None
        return Piece(*claimed)

    def scan(self, scan_id: str) -> Row[Any]:
        """The scan's row."""
        with self.journal.read() as tx:
            return scans.get(tx, scan_id)

    def counts(self, scan_id: str) -> dict[str, int]:
        """What it has counted, as it was recorded at its end."""
        counted: dict[str, int] = json.loads(self.scan(scan_id).counts)
        return counted

    def row(self, place: Place) -> Row[Any]:
        """The piece's row."""
        with self.journal.read() as tx:
            rows = pieces.of_scan(tx, place[0])
        return next(r for r in rows if (r.phase, r.n) == place[1:])

    def execute(self, statement: str) -> None:
        """SQL that the journal itself would never send."""
        with self.journal.write() as tx:
            tx.conn.execute(text(statement))
