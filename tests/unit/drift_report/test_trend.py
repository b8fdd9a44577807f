"""The trend over scans: as many bars as there were scans, and no night made up."""

import pytest

from handover.drift.report.trend import HEIGHT, Trend, trend
from handover.drift.reports import Scan
from tests.unit.drift_report.invented import DAY, MADE_AT, drifted, scan, unended


def of(*scans: Scan) -> Trend:
    return trend(scans, MADE_AT)


def looks(made: Trend) -> list[list[str]]:
    return [[part.look for part in bar.parts] for bar in made.bars]


def test_a_bar_is_as_high_as_what_was_open_with_what_was_new_on_top() -> None:
    made = of(drifted(1, 10, 0), drifted(0, 40, 10))
    assert made.most == 40
    low, high = made.bars
    assert [(part.look, part.y, part.height) for part in low.parts] == [("known", 75, 25)]
    assert [(part.look, part.y, part.height) for part in high.parts] == [
        ("known", 25, 75),
        ("new", 0, 25),
    ]


def test_one_difference_is_seen_beside_thousands() -> None:
    made = of(drifted(1, 1), drifted(0, 5_000, 1))
    assert all(part.height >= 2 for bar in made.bars for part in bar.parts)
    assert all(0 <= part.y <= HEIGHT for bar in made.bars for part in bar.parts)


@pytest.mark.parametrize("count", [1, 2, 60])
def test_bars_stand_at_the_right_and_keep_their_width(count: int) -> None:
    made = of(*(drifted(count - 1 - n, 5) for n in range(count)))
    assert len(made.bars) == count
    assert made.width - made.bars[-1].x == 10
    assert made.width == 10 * max(count, 30)
    assert len({bar.x for bar in made.bars}) == count


def test_what_was_not_seen_is_not_shown_as_clean() -> None:
    failed = scan(3, result="failed", reason="zuora-unavailable")
    made = of(
        scan(4),
        failed,
        scan(2, result="cancelled"),
        scan(1, result="drift", unreadable=1),
        unended(0),
    )
    assert looks(made) == [["clean"], ["unknown"], ["unknown"], ["unknown"], ["running"]]
    assert [bar.says for bar in made.bars] == [
        "no drift",
        "failed (zuora-unavailable): not known",
        "cancelled: not known",
        "no drift in what could be read",
        "still running",
    ]


def test_what_a_failed_scan_had_found_so_far_sets_no_scale() -> None:
    failed = drifted(1, 900)
    assert of(scan(1, result="failed", open=failed.open), drifted(0, 4)).most == 4


def test_a_night_without_a_scan_is_a_gap() -> None:
    made = of(scan(9), scan(6), scan(5))
    assert looks(made) == [["clean"], ["nobody"], ["clean"], ["clean"], ["nobody"]]
    assert made.bars[1].says == "no scan for 2 days"
    assert made.bars[1].when.iso == "2026-11-14T03:11:00Z"
    assert made.bars[-1].says == "no scan for 5 days"


def test_a_scan_that_came_late_or_takes_long_is_none() -> None:
    late = scan(0, opened_at=scan(0).opened_at + DAY // 4, ended_at=None, result=None)
    assert looks(of(scan(1), late)) == [["clean"], ["running"]]
    assert looks(of(scan(5, ended_at=None, result=None))) == [["running"]]


def test_without_scans_there_is_nothing_to_draw() -> None:
    assert of().bars == ()


def test_what_was_new_and_is_gone_makes_no_bar_higher() -> None:
    assert [(part.look, part.height) for part in of(drifted(0, 2, 5)).bars[0].parts] == [
        ("new", HEIGHT)
    ]
