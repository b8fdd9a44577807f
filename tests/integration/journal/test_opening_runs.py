"""Opening a run: the same request is the same run, as long as the rules of keys say so."""

import pytest

from domain.errors import InvalidRequest, Locked
from tests.integration.journal.crowd import in_processes, together
from tests.integration.journal.scene import (
    ORPHAN,
    STEPS,
    Scene,
    make_vault,
    opening,
    other,
)
from worker.journal import runs, sealing
from worker.journal.database import Journal
from worker.journal.runs import Opening


def open_at(journal: Journal, asked: Opening) -> tuple[str, bool]:
    """Opens a run in a transaction of its own."""
    with journal.write() as tx:
        return runs.open_run(tx, asked)


def open_in_process(url: str) -> tuple[str, bool]:
    """Opens the usual run from a process of its own."""
    return open_at(Journal(url, make_vault()), opening())


def test_a_run_begins_at_its_first_step_and_is_due_if_its_message_is_lost(scene: Scene) -> None:
    run_id = scene.open()
    run = scene.run(run_id)
    assert (run.state, run.cursor, run.round, run.writes, run.parked) == (
        "requested",
        0,
        1,
        0,
        False,
    )
    assert run.due_at == scene.clock.now + ORPHAN
    with scene.journal.read() as tx:
        assert tuple(step.name for step in runs.steps_of(tx, run_id)) == STEPS
    assert scene.kinds(run_id) == ["run.requested"]


def test_the_request_is_sealed_and_can_be_read_again(scene: Scene) -> None:
    run_id = scene.open()
    with scene.journal.read() as tx:
        assert sealing.get(tx, run_id, "request") == opening().request


def test_the_same_request_is_the_same_run_while_it_is_unfinished(scene: Scene) -> None:
    run_id = scene.open()
    assert open_at(scene.journal, opening()) == (run_id, False)
    assert scene.kinds(run_id) == ["run.requested"]


def test_the_same_request_is_a_new_run_after_the_first_has_ended(scene: Scene) -> None:
    run_id = scene.open()
    scene.end(run_id)
    again = scene.open()
    assert again != run_id
    assert open_at(scene.journal, opening()) == (again, False)


def test_a_given_key_stays_the_same_run_for_ever(scene: Scene) -> None:
    given = opening(key="given", key_given=True)
    run_id = scene.open(given)
    scene.end(run_id)
    assert open_at(scene.journal, given) == (run_id, False)
    same = opening(key="given", request_hash=given.request_hash)
    assert open_at(scene.journal, same) == (run_id, False)


def test_a_given_key_is_for_one_request_only(scene: Scene) -> None:
    run_id = scene.open(opening(key="given", key_given=True))
    with pytest.raises(InvalidRequest, match=run_id):
        open_at(scene.journal, opening(key="given", key_given=True, request_hash="another"))


def test_back_and_forth_are_three_runs(scene: Scene) -> None:
    found = []
    for key in ("a-to-b", "b-to-a", "a-to-b"):
        found.append(scene.open(opening(key=key)))
        scene.end(found[-1])
    assert len(set(found)) == 3


def test_threads_that_open_the_same_run_at_once_get_one(journal: Journal) -> None:
    results = together(lambda _: open_at(journal, opening()))
    assert {result[0] for result in results if isinstance(result, tuple)} == {first_run(journal)}
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sum(new for _, new in _answers(results)) == 1


def test_processes_that_open_the_same_run_at_once_get_one(journal: Journal, url: str) -> None:
    results = in_processes(open_in_process, url)
    assert len({run_id for run_id, _ in results}) == 1
    assert sum(new for _, new in results) == 1


def test_threads_that_use_one_given_key_at_once_get_one(journal: Journal) -> None:
    results = together(lambda _: open_at(journal, opening(key="given", key_given=True)))
    assert len({run_id for run_id, _ in _answers(results)}) == 1


def test_different_runs_opened_at_once_leave_one_unbroken_chain_of_openings(
    journal: Journal,
) -> None:
    results = together(lambda number: open_at(journal, other(number)))
    assert all(new for _, new in _answers(results))
    assert Scene(journal).problems() == []


def test_an_opening_that_fails_leaves_nothing(scene: Scene) -> None:
    scene.open(other(1))
    with pytest.raises(Locked):
        open_at(scene.journal, other(2, claims=(("account", "A00000001"),)))
    counted = {t: scene.count(t) for t in ("runs", "events", "run_keys", "sealed")}
    assert counted == {"runs": 1, "events": 1, "run_keys": 1, "sealed": 1}
    assert scene.problems() == []


def test_a_run_without_people_can_be_opened(scene: Scene) -> None:
    assert scene.open(opening(people=()))
    assert scene.count("people") == 0


def test_a_run_that_cannot_be_stored_is_an_error_and_not_an_invented_id(scene: Scene) -> None:
    with pytest.raises(Exception, match=r"(?i)not.null"):
        open_at(scene.journal, opening(requested_by=None))
    assert scene.count("runs") == 0


def test_an_unknown_run_is_told_as_such(scene: Scene) -> None:
    with scene.journal.read() as tx, pytest.raises(InvalidRequest, match="no run ho-nothing"):
        runs.get(tx, "ho-nothing")
    with scene.journal.write() as tx, pytest.raises(InvalidRequest, match="no run ho-nothing"):
        runs.lock(tx, "ho-nothing")


def first_run(journal: Journal) -> str:
    """The only run."""
    with journal.read() as tx:
        [row] = runs.search(tx)
        return str(row.id)


def _answers(results: list[tuple[str, bool] | Exception]) -> list[tuple[str, bool]]:
    return [result for result in results if isinstance(result, tuple)]
