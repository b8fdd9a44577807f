"""A scan from its opening to its end: phases, pieces, counts, and one at a time in each lane."""

import pytest

from domain.errors import InvalidRequest, Locked
from tests.integration.journal.crowd import in_processes, together
from tests.integration.journal.scene import make_vault
from tests.integration.scans.looking import Looks, Work, ends
from worker.journal import scans
from worker.journal.database import Journal
from worker.scans.feeding import feed_scans
from worker.scans.opening import cancel, open_scan
from worker.scans.piece import Piece


def plans(count: int) -> Work:
    """A plan of so many pieces to read, and a last one to close."""

    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            for number in range(count):
                finishing.add("read", {"from": number})
            finishing.add("close", {})

    return plan


def reads(piece: Piece) -> None:
    """A page of ten rows, which took two calls."""
    piece.call("zuora")
    piece.call("zuora")
    piece.counts(accounts=9)
    piece.progress("end", rows=10)


def test_phases_follow_one_another_when_their_last_piece_is_done(looks: Looks) -> None:
    looks.register(plan=plans(3), read=reads, close=ends)
    scan_id = looks.open()
    done = looks.drain()
    assert done == [
        (scan_id, "plan", 0),
        *((scan_id, "read", n) for n in range(3)),
        (scan_id, "close", 0),
    ]
    ended = looks.scan(scan_id)
    assert (ended.result, ended.phase, ended.reason) == ("clean", "close", None)
    assert looks.counts(scan_id) == {"accounts": 27, "rows": 30, "calls_zuora": 6}


def test_the_last_pieces_of_a_phase_may_be_finished_at_once(looks: Looks) -> None:
    """The next phase begins, once, whoever is the last."""
    looks.register(plan=plans(3), read=reads, close=ends)
    scan_id = looks.open()
    looks.deliver()
    held = [looks.piece((scan_id, "read", n)) for n in range(3)]

    def finish(number: int) -> None:
        with held[number].finishing():
            pass

    together(finish, len(held))
    assert looks.scan(scan_id).phase == "close"


def test_a_phase_without_pieces_is_passed_over(looks: Looks) -> None:
    looks.register(plan=plans(0), read=reads, close=ends)
    scan_id = looks.open()
    assert [phase for _, phase, _ in looks.drain()] == ["plan", "close"]
    assert looks.scan(scan_id).result == "clean"


def test_a_scan_that_nothing_ended_has_failed(looks: Looks) -> None:
    looks.register(plan=lambda _: None)
    scan_id = looks.open()
    looks.drain()
    ended = looks.scan(scan_id)
    assert (ended.result, ended.reason) == ("failed", "no-result")


def test_a_piece_that_waits_is_left_alone_until_its_time(looks: Looks) -> None:
    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            finishing.add("close", {}, looks.clock.now + 60_000)

    looks.register(plan=plan, close=ends)
    scan_id = looks.open()
    looks.drain()
    looks.queue.append((scan_id, "close", 0))  # somebody's superfluous message
    looks.drain()
    feed_scans()
    assert (looks.queue, looks.scan(scan_id).ended_at) == ([], None)
    looks.clock.pass_(60_000)
    feed_scans()
    looks.drain()
    assert looks.scan(scan_id).result == "clean"


def test_superfluous_late_and_unknown_messages_do_nothing(looks: Looks) -> None:
    done: list[int] = []
    looks.register(plan=plans(2), read=lambda piece: done.append(piece.n), close=ends)
    scan_id = looks.open()
    for place in [(scan_id, "plan", 0), (scan_id, "read", 0), (scan_id, "read", 7)] * 2:
        looks.queue.append(place)
    looks.queue += [("S-nothing", "plan", 0), (scan_id, "close", 0)]
    looks.drain()
    feed_scans()  # there was no room for all among so many messages
    looks.drain()
    assert sorted(done) == [0, 1]
    assert looks.scan(scan_id).result == "clean"


def test_the_unfinished_scan_of_a_kind_is_the_same_and_another_kind_is_locked(
    looks: Looks,
) -> None:
    looks.register("full", plan=ends)
    looks.register("changed", plan=ends)
    looks.register("proved", lane="runs", plan=ends)
    scan_id = looks.open()
    again = open_scan("full", "kim")
    assert (again.id, again.new) == (scan_id, False)
    with pytest.raises(Locked) as locked:
        open_scan("changed", "kim")
    assert locked.value.holder == scan_id
    assert looks.open("proved") != scan_id
    looks.drain()
    assert looks.open("changed")


def test_of_many_that_open_at_once_one_opens(looks: Looks) -> None:
    looks.register("full", plan=ends)
    results = together(lambda _: open_scan("full", "kim"))
    assert sorted(opened.new for opened in results) == [False] * 5 + [True]  # type: ignore[union-attr]
    assert len({opened.id for opened in results}) == 1  # type: ignore[union-attr]


def open_often(url: str) -> list[str]:
    """Opens scans from a process of its own, and ends each that it got."""
    journal = Journal(url, make_vault())
    mine: list[str] = []
    for _ in range(20):
        with journal.write() as tx:
            scan_id = scans.open_scan(tx, "full", lane="accounts", phase="plan", by="kim")
        if scan_id is None:
            continue
        with journal.write() as tx:
            unfinished = [row.id for row in scans.unfinished(tx)]
            assert unfinished == [scan_id]
            scans.end(tx, scan_id, "clean", summary="")
        mine.append(scan_id)
    return mine


def test_two_scans_of_a_lane_never_overlap_whoever_opens_them(url: str) -> None:
    opened = [scan_id for mine in in_processes(open_often, url, count=2) for scan_id in mine]
    assert opened
    journal = Journal(url, make_vault())
    with journal.read() as tx:
        rows = sorted(scans.newest(tx, limit=100), key=lambda row: row.opened_at)
    assert sorted(row.id for row in rows) == sorted(opened)
    journal.engine.dispose()


def test_a_cancelled_scan_ends_and_its_workers_record_nothing(looks: Looks) -> None:
    begun: list[str] = []

    def read(piece: Piece) -> None:
        cancel(piece.scan_id, "not tonight", "kim")
        begun.append("read")
        piece.progress("half")
        begun.append("recorded")

    looks.register(plan=plans(3), read=read, close=ends)
    scan_id = looks.open()
    looks.drain()
    assert begun == ["read"]
    ended = looks.scan(scan_id)
    assert (ended.result, ended.summary) == ("cancelled", "Cancelled by kim: not tonight")
    looks.clock.pass_(10**9)
    assert feed_scans() == 0
    with pytest.raises(InvalidRequest, match="has ended already: cancelled"):
        cancel(scan_id, "again", "kim")
    with pytest.raises(InvalidRequest, match="there is no scan"):
        cancel("S-nothing", "again", "kim")
