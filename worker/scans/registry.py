"""Which scans there are: their phases in order, and what each phase does with a piece."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Defect
from worker.journal.database import Tx

if TYPE_CHECKING:
    from worker.scans.piece import Piece  # it knows the phases


@dataclass(frozen=True)
class Phase:
    """A part of a scan. `work` works one piece off; it returns, or raises one of our errors.

    A piece may be begun anew at any time, by another process: `work` goes on from its cursor.
    """

    name: str
    work: Callable[["Piece"], None]


@dataclass(frozen=True)
class Scan:
    """A kind of scan. It begins with one piece of its first phase; pieces add further ones.

    One scan of a `lane` is unfinished at a time. `wanted` says whether a scheduled scan would have
    anything to do at all; `over` is called with the id of a scan that has ended, however it did.
    A process that dies at that moment calls nothing.
    """

    kind: str
    lane: str
    phases: Sequence[Phase]
    wanted: Callable[[Tx], bool] | None = None
    over: Callable[[str], None] | None = None

    def phase(self, name: str) -> Phase:
        """The phase of that name. Raises Defect if there is none."""
        return self.phases[self.position(name)]

    def position(self, name: str) -> int:
        """Where that phase stands, from 0. Raises Defect if there is none."""
        for number, phase in enumerate(self.phases):
            if phase.name == name:
                return number
        raise Defect(f"A {self.kind} scan has no phase {name}.", code="unknown-phase")


_registry: dict[str, Scan] = {}


def register(scan: Scan) -> Scan:
    """Makes a scan known to the engine. Each kind is registered once."""
    if scan.kind in _registry:
        raise ValueError(f"scan {scan.kind} is registered twice")
    _registry[scan.kind] = scan
    return scan


def scan_of(kind: str) -> Scan:
    """A registered scan. Raises Defect if there is none of this kind."""
    if kind not in _registry:
        raise Defect(f"There is no scan of the kind {kind}.", code="unknown-scan")
    return _registry[kind]
