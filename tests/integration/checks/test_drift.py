"""What the doctor says about scans: workers, the schedule, the last ends, and what hangs."""

import pytest
from sqlalchemy import update

from config.schedule import job_of
from config.settings import settings
from handover.checks import drift
from handover.checks.finding import Status
from handover.exits import Exit
from tests.integration.checks.found import found, of
from worker.beats import take_slot
from worker.journal import pieces, processes, scans
from worker.journal.scan_schema import pieces as pieces_table
from worker.journal.scan_schema import scans as scans_table
from worker.journal.schema import slots
from worker.runtime import journal

HOUR = 3_600_000


def begin(kind: str = "full") -> str:
    """A scan that was just opened."""
    with journal().write() as tx:
        scan_id = scans.open_scan(tx, kind, lane=kind, phase="plan", by="kim")
        assert scan_id is not None
        pieces.add(tx, scan_id, "plan", [({}, 0)])
    return scan_id


def end(result: str, hours_ago: int = 0) -> str:
    """A full scan that ended so, so long ago."""
    scan_id = begin()
    with journal().write() as tx:
        scans.end(tx, scan_id, result, summary="So it was.")
        when = {"opened_at": tx.now - hours_ago * HOUR - 1, "ended_at": tx.now - hours_ago * HOUR}
        tx.conn.execute(update(scans_table).where(scans_table.c.id == scan_id).values(when))
    return scan_id


def change(scan_id: str, **values: object) -> None:
    """The piece of a scan, as if time had passed over it."""
    with journal().write() as tx:
        where = pieces_table.c.scan_id == scan_id
        tx.conn.execute(update(pieces_table).where(where).values(values))


def note(kind: str) -> None:
    """A process that is alive."""
    with journal().write() as tx:
        processes.note(tx, f"{kind}:1", kind=kind, ahead=0, version="1")


def test_nobody_for_drift(installation: str) -> None:
    """A worker for runs is no help; it matters once a scan waits."""
    journal()
    note("worker")
    assert of(found(drift.workers), Status.WARN) == [
        "no worker for drift is alive: scheduled scans will wait"
    ]
    scan_id = begin()
    (failure,) = found(drift.workers)
    assert (failure.status, failure.exit_code) == (Status.FAIL, Exit.UNAVAILABLE)
    assert scan_id in failure.says
    note("drift")
    assert of(found(drift.workers), Status.OK) == ["1 worker for drift alive: drift:1"]


def test_when_each_was_last_begun(installation: str) -> None:
    journal()
    assert of(found(drift.schedule), Status.UNKNOWN) == [
        "the scheduled full scan has not begun yet",
        "the scheduled proved scan has not begun yet",
    ]
    with journal().write() as tx:
        for kind, hours in (("full", 0), ("proved", 2)):
            job = job_of(kind, settings())
            assert job is not None
            assert take_slot(tx, job.name, job.slot(tx.now - hours * HOUR))
        late = tx.now - 2 * HOUR
        tx.conn.execute(update(slots).where(slots.c.job == "drift-proved").values(taken_at=late))
    (good,) = of(found(drift.schedule), Status.OK)
    assert good.startswith("the scheduled full scan was last begun ")
    (overdue,) = of(found(drift.schedule), Status.WARN)
    assert overdue == "the scheduled proved scan was last begun 120 min ago: overdue"


@pytest.mark.parametrize(
    ("before", "last", "status", "said"),
    [("drift", "clean", Status.OK, "ended 0 s ago: clean"),
     ("clean", "drift", Status.OK, "ended 0 s ago: drift; the last clean one 120 min ago"),
     ("drift", "failed", Status.WARN, "ended 0 s ago: failed; none was clean. So it was.")],
)  # fmt: skip
def test_how_the_last_full_scan_ended(
    installation: str, before: str, last: str, status: Status, said: str
) -> None:
    journal()
    assert [f.status for f in found(drift.full_scans)] == [Status.UNKNOWN]
    end(before, hours_ago=2)
    scan_id = end(last)
    (finding,) = found(drift.full_scans)
    assert finding.status is status
    assert finding.says == f"the last full scan ({scan_id}) {said}"


def test_a_scan_that_moves_waits_or_hangs(installation: str) -> None:
    scan_id = begin()
    (moving,) = found(drift.at_work)
    assert moving.status is Status.OK
    assert moving.says == f"scan {scan_id} (full), begun 0 s ago: plan, 0 of 1 piece"
    change(scan_id, why="sign-in")
    (waiting,) = of(found(drift.at_work), Status.WARN)
    assert waiting.endswith("0 of 1 piece; waiting: sign-in (1)")
    change(scan_id, why=None, due_at=1)
    (hanging,) = of(found(drift.at_work), Status.WARN)
    assert hanging.endswith("0 of 1 piece; 1 overdue")
