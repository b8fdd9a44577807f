"""The figures of scans for drift and of what they have found."""

import json
from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from domain.drift.kinds import Kind
from handover.metrics import catalogue as of
from worker.journal import scan_figures
from worker.journal.database import Tx

SCANS = ("full", "changed", "proved")
SYSTEMS = ("zuora", "customersdot")
_COUNTED = {
    of.ACCOUNTS: "accounts",
    of.SKIPPED: "skipped",
    of.IN_FLIGHT: "in_flight",
    of.SUSPECTS: "suspects",
}


class DriftFigures:
    """Keeps the sums over scans that are long over, so that they are read once."""

    def __init__(self) -> None:
        self._totals = scan_figures.Totals(SCANS)

    def read(self, tx: Tx) -> Iterator[Metric]:
        """The figures as the journal has them now."""
        yield from _last_scans(tx)
        yield from _unfinished(tx)
        totals = self._totals.read(tx)
        yield of.SCANNED.family(((scan,), totals[scan]["accounts"]) for scan in SCANS)
        yield of.CALLS.family(
            ((scan, system), totals[scan][f"calls_{system}"])
            for scan in SCANS
            for system in SYSTEMS
        )
        yield _findings(tx)


def _last_scans(tx: Tx) -> Iterator[Metric]:
    ends = scan_figures.last_ends(tx, SCANS)
    every = [(scan, result) for scan in SCANS for result in scan_figures.RESULTS]
    yield of.ENDED.family((which, ends.get(which, 0) / 1000) for which in every)
    last = {scan: (scan, result) for _, scan, result in sorted((at, *w) for w, at in ends.items())}
    yield of.RESULT.family((which, int(which == last.get(which[0]))) for which in every)
    rows = {scan: scan_figures.ended_scan(tx, *which, ends[which]) for scan, which in last.items()}
    yield of.DURATION.family(
        ((scan,), (row.ended_at - row.opened_at) / 1000) for scan, row in rows.items()
    )
    yield of.NEW_FINDINGS.family(
        ((scan,), scan_figures.first_seen_by(tx, row.id)) for scan, row in rows.items()
    )
    counts = {scan: json.loads(row.counts) for scan, row in rows.items()}
    for figure, name in _COUNTED.items():
        yield figure.family(((scan,), one.get(name, 0)) for scan, one in counts.items())


def _unfinished(tx: Tx) -> Iterator[Metric]:
    found = {scan.kind: scan for scan in scan_figures.unfinished(tx)}
    started = {scan: found[scan].opened_at if scan in found else 0 for scan in SCANS}
    yield of.STARTED.family(((scan,), at / 1000) for scan, at in started.items())
    pieces = {kind: scan_figures.pieces_of(tx, scan.id) for kind, scan in found.items()}
    yield of.PIECES.family(
        ((scan, state), count)
        for scan in SCANS
        for state, count in zip(("done", "left"), pieces.get(scan, (0, 0)), strict=True)
    )


def _findings(tx: Tx) -> Metric:
    found = scan_figures.unresolved(tx)
    kinds = {*Kind, *(kind for kind, _ in found)}
    states = {"open": False, "acknowledged": True}
    return of.FINDINGS.family(
        ((kind, state), found.get((kind, acknowledged), 0))
        for kind in kinds
        for state, acknowledged in states.items()
    )
