"""`handover drift scan` and `cancel`, on an engine of this very process that a test registers."""

import pytest

from handover import drift
from handover.drift import scanning
from handover.words import spoken_address
from tests.integration.cli.drift.desk import Desk, promised
from worker import broker
from worker.runtime import journal
from worker.scans import feeding, registry
from worker.scans.piece import Piece
from worker.scans.registry import Phase, Scan, register
from worker.scans.work import work


class Engine:
    """What a registered scan does, and whether a worker takes its messages at once."""

    result = "clean"
    works = True

    def look(self, piece: Piece) -> None:
        """The only phase: ends as the test wants it."""
        if self.result == "failed":
            raise ZeroDivisionError
        piece.counts(accounts=7)
        with piece.finishing() as finishing:
            finishing.end(result=self.result, summary="That was all.")

    def publish(self, places: list[tuple[str, str, int]]) -> None:
        """In the place of Redis and a worker."""
        for place in places if self.works else ():
            work(*place)


@pytest.fixture
def engine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Three kinds of scans in two lanes, in the place of the real ones."""
    made = Engine()
    assert scanning  # has registered the real ones, once and for all
    monkeypatch.setenv("ZUORA_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(registry, "_registry", {})
    monkeypatch.setattr(feeding, "queue_length", lambda _: 0)
    monkeypatch.setattr(feeding, "_publish", made.publish)
    for kind in ("full", "changed", "proved"):
        lane = "runs" if kind == "proved" else "accounts"
        register(Scan(kind, lane, (Phase("plan", made.look),)))
    return made


def test_accepted(desk: Desk, engine: Engine) -> None:
    """Exit 0, the id alone on stdout; the same again is the same scan."""
    engine.works = False
    called = desk("scan", "--as", "lee")
    (found,) = drift.scans()
    assert (called.code, called.out.strip()) == (0, found.id)
    assert (found.kind, found.opened_by) == ("full", "lee")
    assert f"Accepted as scan {found.id}." in called.err
    again = desk("scan", "--json")
    assert (again.code, again.json["scan"]["id"], again.json["new"]) == (0, found.id, False)
    assert f"This is scan {found.id} already." in again.err
    promised(again, "handover.drift-scan-1")


def test_another_scan_has_the_lane(desk: Desk, engine: Engine) -> None:
    """Exit 6, naming it; one of proved runs is another lane."""
    engine.works = False
    holder = desk("scan").out.strip()
    called = desk("scan", "--kind", "changed", "--json")
    assert (called.code, called.json["holder"]) == (6, holder)
    assert f"handover drift cancel {holder}" in called.err
    assert desk("scan", "--kind", "proved").code == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_how_it_ended(desk: Desk, engine: Engine) -> None:
    """Exit 0 for no drift, 2 for drift, 1 for a scan that failed, 8 for one that still runs."""
    for result, code in (("clean", 0), ("drift", 2), ("failed", 1)):
        engine.result = result
        called = desk("scan", "--wait", "9", "--json")
        assert (called.code, called.json["scan"]["result"]) == (code, result)
        assert called.json["exit_code"] == code
    said = desk("scans").out
    assert "failed, defect" in said
    engine.works = False
    called = desk("scan", "--wait", "0")
    assert (called.code, "plan 0 of 1" in called.out) == (8, True)
    assert "`handover doctor` looks" in called.err


def test_what_came_of_it(desk: Desk, engine: Engine) -> None:
    """In words: what it said of itself, and how much is open after it."""
    desk.finding(desk.scan(1, result="drift"), 1)
    engine.result = "drift"
    called = desk("scan", "--wait", "9")
    assert "That was all." in called.out
    assert "1 finding unresolved after it, also acknowledged ones; 0 new" in called.out
    assert "`handover drift list` lists what is open" in called.err


def test_without_redis(desk: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 69: it is recorded and begins by itself; the message names scan and journal."""
    monkeypatch.setattr(feeding, "queue_length", broker.queue_length)
    called = desk("scan", "--json")
    (found,) = drift.scans()
    assert (called.code, called.json["code"]) == (69, "not-sent")
    assert f"Scan {found.id} is recorded and goes on by itself" in called.err
    assert spoken_address(journal().engine.url) in called.err


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_progress_is_for_terminals(
    desk: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There one line is kept up to date; into a file nothing of it is written."""
    engine.works = False
    assert "0 of 1" not in desk("scan", "--wait", "0").err
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert "plan 0 of 1; 0 accounts" in desk("scan", "--wait", "0").err


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_interrupted(desk: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 130: the scan goes on without us."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    engine.works = False
    monkeypatch.setattr("handover.drift.scanning.time.sleep", interrupt)
    called = desk("scan", "--wait", "60")
    (found,) = drift.scans()
    assert called.code == 130
    assert f"Scan {found.id} goes on without us" in called.err


def test_cancelling(desk: Desk, engine: Engine) -> None:
    """Exit 0 once, 64 for a second time, for a reason with an address, and for an unknown scan."""
    engine.works = False
    scan = desk("scan").out.strip()
    assert desk("cancel", scan, "--reason", "ask canary@example.org").code == 64
    called = desk("cancel", scan, "--reason", "maintenance", "--as", "lee", "--json")
    assert (called.code, called.json["scan"]["result"]) == (0, "cancelled")
    assert called.json["scan"]["summary"] == "Cancelled by lee: maintenance"
    again = desk("cancel", scan, "--reason", "maintenance")
    assert (again.code, "has ended already" in again.err) == (64, True)
    unknown = desk("cancel", f"{scan}x", "--reason", "maintenance")
    assert (unknown.code, f"did you mean {scan}?" in unknown.err) == (64, True)
