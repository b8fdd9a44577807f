"""What the page says first: never more than a scan has seen."""

import pytest

from handover.drift.report.headline import headline, notices, others, source
from handover.drift.report.moments import span
from handover.drift.reports import Progress, Report, Totals
from tests.unit.drift_report.invented import DAY, MADE_AT, drifted, findings, report, scan, unended


def totals(new: int, known: int, acknowledged: int) -> Totals:
    return Totals(
        open=new + known + acknowledged,
        acknowledged=acknowledged,
        new=new,
        accounts=1,
        by_kind={},
    )


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((3, 12, 2), "3 new differences, 12 known, 2 acknowledged; last clean scan 4 days ago"),
        ((1, 0, 0), "1 new difference; last clean scan 4 days ago"),
        ((0, 1, 4), "1 known difference, 4 acknowledged; last clean scan 4 days ago"),
        ((0, 0, 2), "2 acknowledged differences; last clean scan 4 days ago"),
        ((1_500, 0, 0), "1,500 new differences; last clean scan 4 days ago"),
    ],
)
def test_it_counts_what_is_open(counts: tuple[int, int, int], says: str) -> None:
    made = report(totals=totals(*counts), last_clean_at=MADE_AT - 4 * DAY)
    assert headline(made).replace("\N{NO-BREAK SPACE}", " ") == says


FAILED = scan(0, result="failed", reason="zuora-unavailable", summary="Zuora did not answer.")
UNREAD = scan(0, result="drift", unreadable=2)
STOPPED = scan(0, result="cancelled", reason="maintenance")


@pytest.mark.parametrize(
    ("made", "says", "warns"),
    [
        (report(scans=[scan(0)]), "No drift", ""),
        (report(scans=[drifted(1, 3), scan(0)]), "No drift", ""),
        (report(scans=[]), "No full scan has ended well yet", ""),
        (report(scans=[], running=(unended(),)), "No full scan has ended well yet", ""),
        (report(scans=[FAILED]), "No full scan has ended well yet", "failed (zuora-unavailable)"),
        (report(scans=[scan(1), FAILED]), "No drift known", "Zuora did not answer. What stands"),
        (report(scans=[scan(1), STOPPED]), "No drift known", "was cancelled (maintenance)"),
        (report(scans=[UNREAD]), "No drift known", "2 accounts were answered in a form"),
        (report(scans=[scan(3)]), "No drift known", "No full scan has ended for 3 days."),
        (report(findings(1), scans=[]), "1 new difference; no clean scan yet", "may be more"),
    ],
)
def test_there_is_no_drift_only_where_a_scan_has_looked(
    made: Report, says: str, warns: str
) -> None:
    assert headline(made).replace("\N{NO-BREAK SPACE}", " ") == says
    warnings = " ".join(notices(made))
    assert warns in warnings
    assert bool(warns) == bool(warnings)


def test_it_says_from_which_scan_it_is_and_what_that_left_out() -> None:
    assert source(report(scans=[scan(1), FAILED])) == (
        "The full scan S-1 of 22 Nov 2026, 02:30 UTC, took 41 minutes and looked at 1,000,000"
        " accounts; 12,345 that Zuora does not call active were left out; 3 were left to the next"
        " scan, since runs were changing them."
    )
    assert source(report(scans=[scan(0, accounts=1, skipped=0, in_flight=0)])).endswith(
        "looked at 1 account."
    )
    assert source(report(scans=[FAILED])) == ""


def test_it_says_how_the_other_scans_ended_and_what_runs() -> None:
    waits = Progress("read", 12, 50, "too-many-requests")
    made = report(
        others=(scan(id="S-C", kind="changed"), scan(id="S-P", kind="proved", result="failed")),
        running=(unended(), scan(id="S-R", kind="proved", ended_at=None, progress=waits)),
    )
    moment = "23 Nov 2026, 02:30 UTC"
    assert list(others(made)) == [
        f"The last scan of what had changed of {moment}, S-C: no drift.",
        f"The last look at what runs had proved of {moment}, S-P: failed.",
        f"The full scan S-0 has been running since {moment}: read, 12 of 50 pieces done.",
        f"The proved scan S-R has been running since {moment}: read, 12 of 50 pieces done; it waits"
        " (too-many-requests).",
    ]


@pytest.mark.parametrize(
    ("milliseconds", "says"),
    [
        (59_999, "less than a minute"),
        (60_000, "1 minute"),
        (2 * 3_600_000 - 1, "119 minutes"),
        (2 * 3_600_000, "2 hours"),
        (2 * DAY - 1, "47 hours"),
        (2 * DAY, "2 days"),
    ],
)
def test_a_span_is_told_to_one_unit(milliseconds: int, says: str) -> None:
    assert span(milliseconds) == says
