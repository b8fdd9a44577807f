"""`handover drift report`: the numbers are those of the journal, whatever is shown of it."""

import csv
import json
import os
from dataclasses import asdict
from pathlib import Path

import handover.drift
from domain.drift.kinds import Kind
from handover.drift.lists import TREND
from tests.integration.cli.drift.desk import Desk, promised


def _busy(desk: Desk) -> tuple[str, str, str]:
    """A clean scan, one with drift, and findings of which one is acknowledged and one resolved."""
    clean = desk.scan(3)
    desk.scan(2, result="drift")
    last = desk.scan(1, result="drift")
    old = desk.finding(clean, 2.01)
    young = desk.finding(last, 1.01, kind=Kind.LOGIN_OFF, account_id="id-of-both")
    known = desk.finding(last, 1.01, account_id="id-of-both")
    desk.finding(last, 2.5, resolved_at=desk.days(1.01), resolved_scan=last)
    desk("acknowledge", known, "--reason", "a merger, see 4711", "--days", "2")
    return old, young, known


def test_everything_that_is_known(desk: Desk) -> None:
    """Counts over all open findings, the trend by scan, and when it was last clean."""
    old, young, known = _busy(desk)
    proved = desk.scan(0.5, kind="proved")
    at_work = desk.at_work()
    called = desk("report", "--json")
    assert (called.code, called.json["drift"]) == (2, True)
    promised(called, "handover.drift-report-1")
    found = handover.drift.overview()
    assert [one.id for one in found.findings] == [young, old, known]
    assert asdict(found.totals) == {
        "open": 3,
        "acknowledged": 1,
        "new": 1,
        "accounts": 2,
        "by_kind": {Kind.CONTACT_DIFFERS: 2, Kind.LOGIN_OFF: 1},
    }
    assert [one.open.get(Kind.CONTACT_DIFFERS, 0) for one in found.scans] == [0, 2, 2]
    assert [one.result for one in found.scans] == ["clean", "drift", "drift"]
    assert [one.id for one in found.others] == [proved]
    assert [one.id for one in found.running] == [at_work]
    assert found.last_clean_at == found.scans[0].ended_at
    assert found.clean_age_seconds == (found.made_at - (found.last_clean_at or 0)) // 1000
    assert json.loads(json.dumps(found.to_json()))["findings"][0]["id"] == young


def test_for_people(desk: Desk) -> None:
    _, young, _ = _busy(desk)
    said = desk("report").out
    assert said.startswith("3 findings open on 2 accounts: 1 acknowledged, 1 new\n")
    assert "2 contact-differs, 1 login-deactivated" in said
    assert young in said


def test_nothing_open(desk: Desk) -> None:
    """Exit 0; also where what is open is acknowledged."""
    scan = desk.scan(1)
    called = desk("report")
    assert called.code == 0
    assert "no kind of drift" in called.out
    desk("acknowledge", desk.finding(scan, 1), "--reason", "a merger", "--days", "2")
    assert desk("report").code == 0


def test_what_is_too_much_is_counted(desk: Desk) -> None:
    """The report holds the first of them and says how many more there are; the trend is as long."""
    for ago in range(TREND + 2, 0, -1):
        last = desk.scan(ago)
    for _ in range(4):
        desk.finding(last, 1)
    found = handover.drift.overview(limit=3)
    assert (len(found.findings), found.left_out, found.totals.open) == (3, 1, 4)
    assert len(found.scans) == TREND
    assert found.scans[-1].id == last


def test_files(desk: Desk) -> None:
    """The page and all open findings; what was there is replaced, and nothing else is left."""
    _busy(desk)
    for _ in range(2):
        called = desk("report", "--html", "drift.html", "--csv", "drift.csv")
        assert (called.code, "drift.html is written." in called.err) == (2, True)
    with Path("drift.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 3
    assert "<html" in Path("drift.html").read_text()
    assert {path.name for path in Path().iterdir() if path.name.startswith(".drift")} == set()


def test_a_file_that_cannot_be_written(desk: Desk) -> None:
    """Exit 1, naming it, or 64 where two are one."""
    desk.scan(1)
    for name in ("no/such/folder/drift.csv", "."):
        called = desk("report", "--csv", name)
        assert (called.code, f"{name}: can't be written" in called.err) == (1, True), called
    assert desk("report", "--csv", "x", "--html", "./x").code == 64


def test_what_is_no_ordinary_file_stays(desk: Desk) -> None:
    """A pipe, like a device, is refused and still there; a link goes on pointing where it did."""
    desk.scan(1)
    os.mkfifo("pipe")
    Path("to-pipe").symlink_to("pipe")
    for name in ("pipe", "to-pipe"):
        called = desk("report", "--html", name)
        assert (called.code, f"{name}: can't be written" in called.err) == (1, True), called
    assert Path("pipe").is_fifo()
    assert Path("to-pipe").is_symlink()
    Path("link.csv").symlink_to("there.csv")
    assert desk("report", "--csv", "link.csv").code == 0
    assert Path("link.csv").is_symlink()
    assert Path("there.csv").read_text().startswith("finding,")


def test_whether_anybody_looked(desk: Desk) -> None:
    """Exit 1, saying why, where no scan has ended, or the last one not well: silence is no word."""
    desk.at_work()
    nobody = desk("report")
    assert (nobody.code, "No full scan has ended well yet" in nobody.err) == (1, True)
    desk.scan(0.9)
    assert (desk("report").code, "full scan" in desk("report").err) == (0, False)
    for ago, result, how in ((0.5, "failed", "failed"), (0.3, "cancelled", "was cancelled")):
        scan = desk.scan(ago, result=result)
        called = desk("report")
        assert (called.code, scan in called.err, how in called.err) == (1, True, True), called
    desk.finding(scan, 0.3)
    assert desk("report").code == 2


def test_more_than_the_overview_lists(desk: Desk) -> None:
    """It says how many more there are, and where."""
    scan = desk.scan(1)
    for _ in range(10):
        desk.finding(scan, 1)
    assert "more:" not in desk("report").out
    desk.finding(scan, 1)
    assert "... and 1 more: `handover drift list` lists them" in desk("report").out
