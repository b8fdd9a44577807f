"""Notes owed to tickets: with their event or not at all, one after the other, each by one."""

import pytest

from tests.integration.journal.crowd import together
from tests.integration.journal.scene import CANARY, Scene, other
from worker.journal import outbox, runs
from worker.journal.database import Journal
from worker.journal.outbox import Owed

LEASE = 10_000


@pytest.fixture
def telling(scene: Scene) -> Scene:
    """A journal whose events are told to tickets."""
    scene.journal.tells_tickets = True
    return scene


def _take(scene: Scene, owner: str = "one") -> Owed | None:
    with scene.journal.write() as tx:
        return outbox.take(tx, owner=owner, milliseconds=LEASE)


def _taken(scene: Scene, owner: str = "one") -> Owed:
    found = _take(scene, owner)
    assert found is not None
    return found


def _posted(scene: Scene, owed: Owed, owner: str = "one") -> bool:
    with scene.journal.write() as tx:
        return outbox.posted(tx, owed, owner=owner)


def _is_due(scene: Scene) -> bool:
    with scene.journal.read() as tx:
        return outbox.is_due(tx)


def _feed(journal: Journal) -> bool:
    with journal.write() as tx:
        return outbox.feed(tx, gap=LEASE)


def _standing(scene: Scene, run_id: str) -> outbox.Standing:
    with scene.journal.read() as tx:
        return outbox.of_run(tx, run_id)


def test_what_matters_to_people_is_owed_with_its_event(telling: Scene) -> None:
    """Accepted, asked, ended: by the numbers of their events. A claim of a step matters to none."""
    run = telling.open()
    telling.wait(telling.lease(run, "verify"))
    telling.end(run)
    numbered = enumerate(telling.kinds(run), 1)
    told = [n for n, kind in numbered if kind in ("run.requested", "question.asked", "run.ended")]
    found = []
    while owed := _take(telling):
        assert _posted(telling, owed)
        found.append(owed.event)
    assert found == told
    assert len(told) == 3
    assert _standing(telling, run).posted == 3


def test_without_a_ticket_system_nothing_is_owed(scene: Scene) -> None:
    """Not even kept for later."""
    run = scene.open()
    scene.end(run)
    assert scene.count("ticket_notes") == 0
    assert not _is_due(scene)


def _end_and_fail(scene: Scene, run: str) -> None:
    with scene.journal.write() as tx:
        runs.lock(tx, run)
        runs.end(tx, run, "failed", actor="ada", reason="test", summary="ended")
        raise ZeroDivisionError


def test_neither_the_event_nor_its_note_is_without_the_other(telling: Scene) -> None:
    """Both are of one transaction."""
    run = telling.open()
    before = telling.kinds(run)
    with pytest.raises(ZeroDivisionError):
        _end_and_fail(telling, run)
    assert telling.kinds(run) == before
    assert telling.count("ticket_notes") == 1


def test_a_note_holds_no_personal_data(telling: Scene) -> None:
    """Only which run and which event."""
    run = telling.open()
    with telling.journal.read() as tx:
        (row,) = outbox.open_notes(tx)
    assert CANARY not in str(row)
    assert (row.run_id, row.event) == (run, 1)


def test_the_notes_of_a_run_go_out_in_order_and_one_at_a_time(telling: Scene) -> None:
    """The second waits for the first, also while that is tried again; other runs don't."""
    run = telling.open()
    telling.end(run)
    first = _taken(telling)
    assert first.event == 1
    assert _take(telling, "two") is None
    with telling.journal.write() as tx:
        assert outbox.later(tx, first, owner="one", milliseconds=5000)
    assert _take(telling) is None
    stranger = telling.open(other(2))
    assert _taken(telling, "two").run_id == stranger
    telling.clock.pass_(5000)
    again = _taken(telling)
    assert (again.event, again.attempt) == (1, 2)
    assert _posted(telling, again)
    assert _taken(telling).event > 1


def test_a_note_passes_on_when_its_lease_has_ended(telling: Scene) -> None:
    """And who had it before can record nothing about it any more."""
    telling.open()
    old = _taken(telling)
    telling.clock.pass_(LEASE - 1)
    assert _take(telling, "two") is None
    telling.clock.pass_(1)
    new = _taken(telling, "two")
    assert (new.event, new.attempt) == (old.event, 2)
    assert not _posted(telling, old)
    with telling.journal.write() as tx:
        assert not outbox.later(tx, old, owner="one", milliseconds=1)
        assert not outbox.give_up(tx, old, owner="one", why="x")
    assert _posted(telling, new, "two")
    assert not _posted(telling, new, "two")


def test_the_same_owner_is_held_off_after_its_own_lease(telling: Scene) -> None:
    """A process that was frozen and goes on is not the one that took the note again."""
    telling.open()
    old = _taken(telling)
    telling.clock.pass_(LEASE)
    new = _taken(telling)
    assert not _posted(telling, old)
    assert _posted(telling, new)


def test_one_of_several_scanners_sends(telling: Scene) -> None:
    """The others have nothing to do until the message must have been lost."""
    telling.open()
    assert _is_due(telling)
    journals = [Journal(telling.journal.url, telling.journal.vault) for _ in range(4)]
    fed = together(lambda number: _feed(journals[number]), 4)
    assert (fed.count(True), fed.count(False)) == (1, 3)
    assert not _is_due(telling)
    telling.clock.pass_(LEASE)
    assert _is_due(telling)
    for journal in journals:
        journal.engine.dispose()


def test_nobody_is_sent_for_while_somebody_posts(telling: Scene) -> None:
    """A ticket system that hangs holds one worker, and not one for each note."""
    telling.open()
    owed = _taken(telling)
    telling.open(other(2))
    assert not _is_due(telling)
    assert _posted(telling, owed)
    assert _is_due(telling)


def test_when_the_system_is_down_all_wait_and_none_is_preferred(telling: Scene) -> None:
    """After the pause, what was tried less often comes first."""
    telling.open()
    telling.open(other(2))
    first = _taken(telling)
    with telling.journal.write() as tx:
        outbox.later(tx, first, owner="one", milliseconds=3000)
        outbox.hold(tx, milliseconds=3000)
    assert _take(telling) is None
    telling.clock.pass_(3000)
    assert _taken(telling).run_id != first.run_id


def test_a_note_that_is_given_up_lets_the_next_one_go(telling: Scene) -> None:
    """It is told with the reason, and never taken again."""
    run = telling.open()
    telling.end(run)
    owed = _taken(telling)
    with telling.journal.write() as tx:
        assert outbox.give_up(tx, owed, owner="one", why="ticket-closed")
    assert _standing(telling, run) == outbox.Standing(0, 1, [(1, "ticket-closed")])
    assert _taken(telling).event == 2
    with telling.journal.read() as tx:
        assert [row.event for row in outbox.given_up(tx)] == [1]
