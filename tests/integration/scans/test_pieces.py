"""Pieces: who may record, what is tried again and when, and what is counted once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from config.settings import settings
from domain.errors import Defect, Refused, SignInExpired, Stale, Transient, Unavailable
from tests.integration.journal.crowd import together
from tests.integration.scans.looking import LEASE, Looks, ends
from worker.journal import pieces
from worker.journal.pieces import Fenced, Place
from worker.scans.feeding import feed_scans
from worker.scans.piece import Piece

RETRY = 2_000
"""The pause before the second try, by default, in milliseconds."""


def nothing(_: Piece) -> None:
    """Looks at nothing."""


@pytest.fixture
def place(looks: Looks) -> Place:
    """A piece of a scan that was just opened."""
    looks.register(plan=nothing)
    return (looks.open(), "plan", 0)


def raises(looks: Looks, error: Callable[[], Exception]) -> Place:
    """A piece that was tried once, and what came of it was this."""

    def plan(piece: Piece) -> None:
        piece.call("zuora")
        piece.counts(accounts=5)
        raise error()

    looks.register(plan=plan)
    scan_id = looks.open()
    looks.drain()
    return (scan_id, "plan", 0)


def test_of_many_that_claim_a_piece_at_once_one_gets_it(looks: Looks, place: Place) -> None:
    got = together(lambda number: looks.claim(place, owner=f"host:{number}"))
    assert len([lease for lease in got if lease is not None]) == 1


@pytest.mark.parametrize("taken_over", [True, False])
def test_a_worker_whose_lease_has_passed_records_nothing(
    looks: Looks, place: Place, taken_over: bool
) -> None:
    frozen = looks.piece(place)
    frozen.progress("one", rows=7)
    looks.clock.pass_(LEASE)
    if taken_over:
        assert looks.claim(place) is not None
    frozen.counts(accounts=100)
    with pytest.raises(Fenced):
        frozen.progress("two")
    with pytest.raises(Fenced):
        frozen.begin_anew()
    with pytest.raises(Fenced), frozen.finishing() as finishing:
        finishing.end(result="clean", summary="")
    row = looks.row(place)
    assert (row.cursor, row.done_at) == ("one", None)
    assert json.loads(row.counts) == {"rows": 7}
    assert looks.scan(place[0]).ended_at is None


def test_who_takes_over_goes_on_from_the_cursor_and_counts_once(looks: Looks) -> None:
    seen: list[str | None] = []

    def plan(piece: Piece) -> None:
        seen.append(piece.cursor)
        if piece.cursor is None:
            piece.counts(accounts=2)
            piece.call("zuora")
            piece.progress("half", rows=2)
        piece.counts(accounts=3)
        piece.call("zuora")
        if len(seen) == 1:
            raise Transient("no")
        ends(piece)

    looks.register(plan=plan)
    scan_id = looks.open()
    looks.drain()
    looks.clock.pass_(RETRY)
    feed_scans()
    looks.drain()
    assert seen == [None, "half"]
    assert looks.counts(scan_id) == {"accounts": 5, "rows": 2, "calls_zuora": 3}


def test_a_piece_that_begins_anew_counts_its_rows_once(looks: Looks) -> None:
    def plan(piece: Piece) -> None:
        for page in ("one", "two"):
            piece.call("zuora")
            piece.progress(page, rows=10)
        if len(calls) < 1:
            calls.append(1)
            piece.begin_anew()
            assert piece.cursor is None
            plan(piece)
            return
        ends(piece)

    calls: list[int] = []
    looks.register(plan=plan)
    scan_id = looks.open()
    looks.drain()
    assert looks.counts(scan_id) == {"rows": 20, "calls_zuora": 4}


def test_progress_prolongs_the_lease(looks: Looks, place: Place) -> None:
    piece = looks.piece(place)
    for page in range(4):
        looks.clock.pass_(LEASE - 1)
        assert looks.claim(place) is None
        piece.progress(str(page))
    assert looks.row(place).attempts == 0


def test_tries_are_counted_since_the_piece_last_moved(looks: Looks) -> None:
    """A long piece that meets trouble now and then, and goes on each time, is none that fails."""

    def plan(piece: Piece) -> None:
        done = int(piece.cursor or 0)
        if done < settings().drift_max_attempts + 3:
            piece.progress(str(done + 1))
            raise Transient("no")
        ends(piece)

    looks.register(plan=plan)
    scan_id = looks.open()
    for _ in range(settings().drift_max_attempts + 4):
        looks.drain()
        looks.clock.pass_(RETRY)
        feed_scans()
    assert looks.scan(scan_id).result == "clean"


def test_to_begin_anew_is_no_move(looks: Looks) -> None:
    """Else what changes all the time would be begun anew for ever."""

    def plan(piece: Piece) -> None:
        piece.progress("one")
        piece.begin_anew()
        raise Transient("no")

    looks.register(plan=plan)
    place = (looks.open(), "plan", 0)
    for attempts in (1, 2):
        looks.drain()
        assert looks.row(place).attempts == attempts
        looks.clock.pass_(10 * RETRY)
        feed_scans()


@pytest.mark.parametrize(
    ("error", "why"),
    [(Transient("no"), "transient"), (Unavailable("no"), "unavailable"),
     (SignInExpired("no"), "sign-in")],
)  # fmt: skip
def test_what_may_work_later_is_tried_again_after_growing_pauses(
    looks: Looks, error: Exception, why: str
) -> None:
    place = raises(looks, lambda: error)
    pauses = []
    for attempt in range(1, 5):
        row = looks.row(place)
        assert (row.why, row.attempts, row.lease_owner) == (why, attempt, None)
        looks.queue.append(place)  # a late copy of its message
        looks.drain()
        pauses.append(row.due_at - looks.clock.now)
        looks.clock.pass_(pauses[-1] - 1)
        assert feed_scans() == 0
        looks.clock.pass_(1)
        assert feed_scans() == 1
        looks.drain()
    assert pauses == [RETRY, 2 * RETRY, 4 * RETRY, 8 * RETRY]
    assert json.loads(looks.row(place).counts) == {"calls_zuora": 5}


def test_a_delay_that_was_asked_for_is_honoured(looks: Looks) -> None:
    place = raises(looks, lambda: Transient("later", delay=3600))
    assert looks.row(place).due_at - looks.clock.now == 3_600_000


def test_a_wait_before_anything_was_sent_is_no_failed_try(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few tries a piece has left."""
    monkeypatch.setenv("HANDOVER_DRIFT_MAX_ATTEMPTS", "1")
    settings.cache_clear()
    place = raises(looks, lambda: Transient("full", delay=1, code="held-off"))
    assert (looks.row(place).attempts, looks.row(place).why) == (0, "held-off")
    assert looks.scan(place[0]).ended_at is None


def test_after_too_many_tries_the_scan_has_failed_and_says_why(looks: Looks) -> None:
    place = raises(looks, lambda: SignInExpired("Sign in again."))
    for _ in range(settings().drift_max_attempts):
        looks.clock.pass_(10**6)
        feed_scans()
        looks.drain()
    ended = looks.scan(place[0])
    assert (ended.result, ended.reason) == ("failed", "sign-in")
    assert ended.summary == "Piece 0 of plan: Sign in again."
    assert looks.counts(place[0]) == {"calls_zuora": settings().drift_max_attempts}
    assert feed_scans() == 0


@pytest.mark.parametrize(
    ("error", "reason", "summary"),
    [(Defect("What is this?"), "defect", "Piece 0 of plan: What is this?"),
     (Refused("No.", code="may-not"), "may-not", "Piece 0 of plan: No."),
     (Stale("Gone."), "stale", "Piece 0 of plan: Gone."),
     (ValueError("ada@canary.example"), "defect",
      "Piece 0 of plan: An unexpected ValueError; the worker's log names the place.")],
)  # fmt: skip
def test_what_trying_again_does_not_help_ends_the_scan(
    looks: Looks, error: Exception, reason: str, summary: str
) -> None:
    place = raises(looks, lambda: error)
    ended = looks.scan(place[0])
    assert (ended.result, ended.reason, ended.summary) == ("failed", reason, summary)
    assert looks.counts(place[0]) == {"calls_zuora": 1}


def test_a_piece_whose_workers_vanish_is_not_tried_for_ever(looks: Looks, place: Place) -> None:
    for _ in range(settings().drift_max_attempts):
        assert looks.claim(place) is not None
        looks.clock.pass_(LEASE)
    feed_scans()
    looks.drain()
    assert looks.scan(place[0]).reason == "worker-vanished"


def test_an_error_while_finishing_leaves_nothing(looks: Looks) -> None:
    tries: list[int] = []

    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            finishing.add("close", {})
            tries.append(1)
            if len(tries) == 1:
                raise Transient("no")

    looks.register(plan=plan, close=ends)
    scan_id = looks.open()
    looks.drain()
    looks.clock.pass_(RETRY)
    feed_scans()
    assert [place[1] for place in looks.drain()] == ["plan", "close"]
    assert looks.scan(scan_id).result == "clean"


def test_a_phase_that_is_over_gets_no_pieces(looks: Looks) -> None:
    def close(piece: Piece) -> None:
        with piece.finishing() as finishing:
            finishing.add("plan", {})

    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            finishing.add("close", {})

    looks.register(plan=plan, close=close)
    scan_id = looks.open()
    looks.drain()
    assert looks.scan(scan_id).reason == "unknown-phase"


def test_a_piece_that_holds_its_worker_for_long_goes_on_in_another_message(
    looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no failed try, and it goes on from where it was."""
    monkeypatch.setenv("HANDOVER_STEP_LIMIT_SECONDS", "0.0001")
    settings.cache_clear()
    begun: list[str | None] = []

    def plan(piece: Piece) -> None:
        begun.append(piece.cursor)
        if piece.cursor != "2":
            piece.progress(str(int(piece.cursor or 0) + 1), rows=1)
        ends(piece)

    looks.register(plan=plan)
    scan_id = looks.open()
    looks.drain()
    assert begun == [None, "1", "2"]
    assert looks.counts(scan_id) == {"rows": 2}


# feeding


def test_only_so_many_are_under_way_and_a_finished_one_sends_for_the_next(looks: Looks) -> None:
    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            for _ in range(9):
                finishing.add("read", {})

    looks.register(plan=plan, read=nothing)
    looks.open()
    looks.deliver()
    assert [n for _, _, n in looks.queue] == [0, 1, 2, 3]
    assert looks.claim(looks.queue[0]) is not None
    feed_scans()
    assert len(looks.queue) == 4
    looks.queue.clear()
    looks.clock.pass_(1)
    assert feed_scans() == 3  # one is held; those whose messages are lost wait for their gap
    assert [n for _, _, n in looks.queue] == [4, 5, 6]


def test_what_was_lost_is_sent_again_after_growing_gaps(looks: Looks, place: Place) -> None:
    gaps = []
    for _ in range(5):
        looks.queue.clear()
        gaps.append(looks.row(place).due_at - looks.clock.now)
        looks.clock.pass_(gaps[-1])
        assert feed_scans() == 1
        assert feed_scans() == 0
    orphan = round(settings().orphan_seconds * 1000)
    assert gaps == [orphan * factor for factor in (1, 2, 4, 8, 8)]


def test_of_many_scanners_one_sends_for_a_piece(looks: Looks, place: Place) -> None:
    looks.queue.clear()
    looks.clock.pass_(10**6)
    results = together(lambda _: feed_scans())
    assert sorted(map(str, results)) == ["0"] * 5 + ["1"]
    assert looks.queue == [place]


def test_what_another_scanner_is_taking_is_left_to_it(looks: Looks, place: Place) -> None:
    def take() -> list[Place]:
        with looks.journal.write() as tx:
            return pieces.take(tx, place[0], limit=1, gap=1000)

    looks.clock.pass_(10**6)
    with ThreadPoolExecutor(1) as pool:
        with looks.journal.write() as tx:
            assert pieces.take(tx, place[0], limit=1, gap=1000) == [place]
            other = pool.submit(take)
            sleep(0.2)  # by then it waits for us; if not, there is no race to be seen
        assert other.result(30) == []


def test_a_scan_that_waits_for_long_does_not_hold_up_another_lane(looks: Looks) -> None:
    def plan(piece: Piece) -> None:
        with piece.finishing() as finishing:
            for _ in range(50):
                finishing.add("read", {})

    looks.register(plan=plan, read=nothing)
    looks.register("proved", lane="runs", plan=ends)
    looks.open()
    looks.deliver()
    held = [looks.claim(looks.queue.pop(0)) for _ in range(2)]
    assert all(held)
    proved = looks.open("proved")
    assert (proved, "plan", 0) in looks.queue
