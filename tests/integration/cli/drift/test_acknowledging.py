"""`handover drift acknowledge`: somebody knows, for a while; it is recorded who, why and until."""

from datetime import datetime, timedelta

import pytest

import handover.drift
from domain.drift.kinds import Kind
from domain.errors import InvalidRequest
from tests.integration.cli.drift.desk import DAY, Desk
from worker.journal import findings
from worker.runtime import journal

ENDS = (
    ("today or later", "--until 2020-01-01"),
    ("today or later, and at most 366 days from now", "--until 2199-01-01"),
    ("is no date; write it as 2026-12-24", "--until 24.12.2026"),
    ("is no date", "--until 20261224"),
    ("is no date", "--until 2026-02-30"),
    ("is empty", "--until="),
    ("1<=x<=366", "--days 0"),
    ("1<=x<=366", "--days 367"),
    ("either by a date (--until) or by a number of days (--days)", ""),
    ("either by a date (--until) or by a number of days (--days)", "--days 3 --until 2026-12-24"),
)
WHY = ("--reason", "a merger, see 4711")


def _untold() -> list[str]:
    """What the next scan would tell."""
    with journal().read() as tx:
        return [row.id for row in findings.to_tell(tx, tuple(Kind))]


@pytest.mark.rule("D3")
def test_until_a_day(desk: Desk) -> None:
    """Through the whole of that day; who, why and until when are shown, and it is not told."""
    one = desk.finding(desk.scan(1), 1)
    assert _untold() == [one]
    day = datetime.now().astimezone().date() + timedelta(days=3)
    called = desk("acknowledge", one, *WHY, "--until", day.isoformat(), "--as", "lee")
    assert called.code == 0, called
    known = handover.drift.finding(one).finding.acknowledged
    assert known is not None
    assert datetime.fromtimestamp(known.until / 1000).astimezone().date() == day + timedelta(days=1)
    assert (known.by, known.reason) == ("lee", "a merger, see 4711")
    assert "acknowledged by lee until" in called.out
    assert ", by lee" in called.out.split("History")[1]
    assert _untold() == []
    assert (desk("list").code, desk("list").out.splitlines()[1:]) == (0, [])


def test_for_some_days_and_again(desk: Desk) -> None:
    """The second time counts; both are kept."""
    one = desk.finding(desk.scan(1), 1)
    desk("acknowledge", one, *WHY, "--days", "300")
    assert desk("acknowledge", one, "--reason", "only a week", "--days", "7").code == 0
    detail = handover.drift.finding(one)
    assert detail.finding.acknowledged is not None
    assert detail.finding.acknowledged.reason == "only a week"
    left = detail.finding.acknowledged.until - desk.days(0)
    assert 6 * DAY < left <= 7 * DAY
    assert [event.kind for event in detail.history] == ["found", "acknowledged", "acknowledged"]


def test_one_that_has_run_out_counts_again(desk: Desk) -> None:
    past = {"acknowledged_until": desk.days(1), "acknowledged_by": "kim", "told_at": desk.days(3)}
    past |= {"acknowledged_at": desk.days(2), "acknowledged_reason": "a merger"}
    one = desk.finding(desk.scan(1), 3, **past)
    assert handover.drift.finding(one).finding.acknowledged is None
    assert desk("list").code == 2
    assert _untold() == [one]


def test_an_end_that_cannot_be(desk: Desk) -> None:
    """Exit 64, saying what it may be, and nothing is recorded."""
    one = desk.finding(desk.scan(1), 1)
    for said, words in ENDS:
        called = desk("acknowledge", one, *WHY, *words.split())
        assert (called.code, said in called.err) == (64, True), (words, called.err)
    assert handover.drift.finding(one).finding.acknowledged is None


def test_every_problem_is_named_at_once(desk: Desk) -> None:
    one = desk.finding(desk.scan(1), 1)
    with pytest.raises(InvalidRequest) as caught:
        handover.drift.acknowledge(one, reason="ask canary@example.org", days=0, by="a@b.test")
    named = [problem.split(":")[0] for problem in caught.value.problems]
    assert named == ["days", "reason", "handle"]
    assert "canary" not in str(caught.value)


def test_a_resolved_one(desk: Desk) -> None:
    """Exit 64: there is nothing to know of."""
    scan = desk.scan(1)
    gone = desk.finding(scan, 2, resolved_at=desk.days(1), resolved_scan=scan)
    called = desk("acknowledge", gone, *WHY, "--days", "3")
    assert (called.code, "is resolved" in called.err) == (64, True)
    assert [event.kind for event in handover.drift.finding(gone).history] == ["found"]


def test_all_that_is_wrong_is_said_at_once(desk: Desk) -> None:
    """Also where what is needed was left out."""
    one = desk.finding(desk.scan(1), 1)
    called = desk("acknowledge", one, "--until", "tomorrow")
    assert called.code == 64
    assert "reason: is missing" in called.err
    assert "until" in called.err
