"""Opening and cancelling a scan. A lane has one unfinished scan."""

from dataclasses import dataclass

from domain.errors import InvalidRequest, Locked
from worker.journal import pieces, scans
from worker.journal.database import Tx
from worker.runtime import journal
from worker.scans.ending import tell_end
from worker.scans.feeding import feed
from worker.scans.registry import scan_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A scan that is under way. `new` is false where it was already.

    `sent` is false where Redis could not be reached: the scan begins when it is back.
    """

    id: str
    new: bool
    sent: bool = True


def open_scan(kind: str, by: str) -> Opened:
    """Opens a scan, or finds the unfinished one of its kind.

    Raises Locked where a scan of another kind has the lane (`holder` is its id), Defect where there
    is no such kind, and Unavailable.
    """
    with journal().write() as tx:
        opened = open_in(tx, kind, by)
    return Opened(opened.id, opened.new, feed(opened.id))


def open_in(tx: Tx, kind: str, by: str) -> Opened:
    """The same within a transaction; nobody is sent for it before that is committed."""
    scan = scan_of(kind)
    first = scan.phases[0].name
    scan_id = scans.open_scan(tx, kind, lane=scan.lane, phase=first, by=by)
    if scan_id is not None:
        pieces.add(tx, scan_id, first, [({}, 0)])
        return Opened(scan_id, new=True)
    for row in scans.unfinished(tx):
        if row.lane == scan.lane:
            return _as_it_stands(row.id, row.kind, kind)
    raise Locked("Another scan ended at this moment; try again.", holder="")


def _as_it_stands(scan_id: str, its_kind: str, wanted: str) -> Opened:
    if its_kind == wanted:
        return Opened(scan_id, new=False)
    raise Locked(
        f"Scan {scan_id} ({its_kind}) looks at the same and has not ended; `handover drift cancel"
        f" {scan_id}` ends it.",
        holder=scan_id,
    )


def cancel(scan_id: str, reason: str, by: str) -> None:
    """Ends a scan at once; whoever works on a piece of it records nothing any more.

    Raises InvalidRequest where there is no such scan or it has ended.
    """
    with journal().write() as tx:
        row = scans.lock(tx, scan_id)
        if row.ended_at is not None:
            raise InvalidRequest([f"scan {scan_id} has ended already: {row.result}"])
        summary = f"Cancelled by {by}: {reason}"
        scans.end(tx, scan_id, "cancelled", reason="cancelled", summary=summary)
    tell_end(scan_id)
