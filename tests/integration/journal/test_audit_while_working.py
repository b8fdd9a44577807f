"""Reading sees one moment, so that an audit of a journal at work raises no false alarm."""

from typing import Any

from sqlalchemy import Connection, event

from tests.integration.journal.crowd import together
from tests.integration.journal.scene import Scene, other
from worker.journal import audit, runs
from worker.journal.database import Journal
from worker.journal.leases import Lease


def test_an_event_that_is_recorded_during_the_audit_is_no_problem(
    journal: Journal, scene: Scene
) -> None:
    run_id = scene.open()
    worked = Scene(Journal(journal.url, journal.vault), scene.clock)
    begun: list[Lease] = []

    def work_meanwhile(_conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM runs" in statement and not begun:
            begun.append(worked.lease(run_id, "verify"))

    event.listen(journal.engine, "before_cursor_execute", work_meanwhile)
    with journal.read() as tx:
        problems = audit.verify(tx).problems
    event.remove(journal.engine, "before_cursor_execute", work_meanwhile)
    assert begun
    assert problems == []
    worked.journal.engine.dispose()


def test_a_read_does_not_see_what_was_recorded_since_it_began(scene: Scene) -> None:
    run_id = scene.open()
    with scene.journal.read() as tx:
        before = runs.get(tx, run_id).cursor
        scene.pass_steps(run_id, "verify")
        assert runs.get(tx, run_id).cursor == before
    assert scene.run(run_id).cursor == before + 1


def test_chains_hold_when_many_work_at_once(journal: Journal) -> None:
    scene = Scene(journal)

    def work(number: int) -> None:
        run_id = scene.open(other(number))
        scene.pass_steps(run_id, "verify", "plan")
        assert scene.problems() == []

    assert together(work) == [None] * 6
    assert scene.problems() == []
