"""The audit finds whatever was done to the events once the triggers are out of the way."""

import json
from typing import Any

import pytest

from tests.integration.journal.scene import Scene, other
from worker.journal import audit, events
from worker.journal.append_only import statements
from worker.journal.database import Tx

Heads = list[dict[str, Any]]


@pytest.fixture
def runs(scene: Scene, dialect: str) -> list[str]:
    """Three runs with several events each; nothing stops the hand that forges them."""
    opened = [scene.open(other(number)) for number in range(3)]
    for run_id in opened:
        scene.pass_steps(run_id, "verify", "plan")
    names = [line.split()[2] for line in statements(dialect, "events") if "TRIGGER" in line]
    on = "" if dialect == "sqlite" else " ON events"
    for name in names:
        scene.execute(f"DROP TRIGGER {name}{on}")
    return opened


def heads_of(scene: Scene) -> Heads:
    """The heads as they are exported."""
    with scene.journal.read() as tx:
        return audit.heads_of(tx)


def rehash(scene: Scene, run_id: str) -> None:
    """Writes a run's whole chain anew, as somebody would who knows how it is made."""
    with scene.journal.write() as tx:
        prev = events.GENESIS
        for row in list(events.of_run(tx, run_id)):
            body = {name: row[name] for name in ("run_id", "n", "at", "kind", "actor", "step")}
            body |= {"fence": row["fence"], "data": events.canonical(row["data"]), "prev": prev}
            before, prev = prev, events.hash_of(body)
            _set(tx, "events", f"seq = {row['seq']}", prev=before, hash=prev)
            _set(tx, "runs", f"id = '{run_id}'", head_n=row["n"], head_hash=prev)


def _set(tx: Tx, table: str, where: str, **values: Any) -> None:
    settings = ", ".join(f"{name} = '{value}'" for name, value in values.items())
    tx.conn.exec_driver_sql(f"UPDATE {table} SET {settings} WHERE {where}")


def test_an_untouched_journal_holds(scene: Scene, runs: list[str]) -> None:
    with scene.journal.read() as tx:
        verdict = audit.verify(tx, audit.heads_of(tx))
    assert (verdict.runs, verdict.events, verdict.problems) == (3, 15, [])


CHANGES = (
    "kind = 'forged'",
    "actor = 'somebody-else'",
    "at = at + 1",
    "step = 'another'",
    "fence = 99",
    "data = '[1]'",
    "data = 'no json'",
    "data = '[]'",
    f"hash = '{'1' * 64}'",
    f"prev = '{'1' * 64}'",
)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_a_changed_event_is_found(scene: Scene, runs: list[str], n: int) -> None:
    for change in CHANGES:
        statement = f"UPDATE events SET {change} WHERE run_id = '{runs[1]}' AND n = {n}"
        with scene.journal.write() as tx:
            tried = tx.conn.begin_nested()
            tx.conn.exec_driver_sql(statement)
            found = audit.verify(tx).problems
            tried.rollback()
        assert found, change
        assert all(problem.startswith((runs[1], runs[2])) for problem in found)
    assert scene.problems() == []


def test_a_removed_event_is_found(scene: Scene, runs: list[str]) -> None:
    scene.execute("DELETE FROM events WHERE run_id = :run AND n = 3", run=runs[1])
    assert scene.problems() == [f"{runs[1]}: the chain breaks at event 4"]


def test_a_removed_event_is_found_even_if_the_rest_is_renumbered(
    scene: Scene, runs: list[str]
) -> None:
    scene.execute("DELETE FROM events WHERE run_id = :run AND n = 3", run=runs[1])
    for n in (4, 5):
        scene.execute("UPDATE events SET n = n - 1 WHERE run_id = :r AND n = :n", r=runs[1], n=n)
    assert f"{runs[1]}: event 3 was changed" in scene.problems()


def test_an_added_event_is_found(scene: Scene, runs: list[str]) -> None:
    scene.execute(
        "INSERT INTO events (seq, run_id, n, at, kind, actor, data, prev, hash)"
        " SELECT 1000, run_id, 6, at, 'forged', 'me', '{}', hash, hash FROM events"
        " WHERE run_id = :run AND n = 5",
        run=runs[1],
    )
    assert f"{runs[1]}: event 6 was changed" in scene.problems()


def test_reordered_events_are_found(scene: Scene, runs: list[str]) -> None:
    with scene.journal.read() as tx:
        seqs = {e["n"]: e["seq"] for e in events.of_run(tx, runs[1])}
    for old, new in ((seqs[2], 1000), (seqs[3], seqs[2]), (1000, seqs[3])):
        scene.execute("UPDATE events SET seq = :new WHERE seq = :old", new=new, old=old)
    assert f"{runs[1]}: the chain breaks at event 3" in scene.problems()


def test_a_cut_tail_is_found_by_the_runs_own_head(scene: Scene, runs: list[str]) -> None:
    scene.execute("DELETE FROM events WHERE run_id = :run AND n > 3", run=runs[1])
    assert scene.problems() == [f"{runs[1]}: the last events are missing or not the run's own"]


def test_a_cut_tail_whose_head_was_adapted_is_found_by_exported_heads(
    scene: Scene, runs: list[str]
) -> None:
    heads = heads_of(scene)
    scene.execute("DELETE FROM events WHERE run_id = :run AND n > 3", run=runs[1])
    scene.execute(
        "UPDATE runs SET head_n = 3, head_hash ="
        " (SELECT hash FROM events WHERE run_id = :run AND n = 3) WHERE id = :run",
        run=runs[1],
    )
    assert scene.problems() == []
    assert scene.problems(heads) == [f"{runs[1]}: event 5 is not the one exported earlier"]


def test_a_chain_that_was_written_anew_is_found_by_exported_heads(
    scene: Scene, runs: list[str]
) -> None:
    heads = json.loads(json.dumps(heads_of(scene)))
    scene.execute("UPDATE events SET actor = 'me' WHERE run_id = :run AND n = 4", run=runs[1])
    rehash(scene, runs[1])
    assert scene.problems() == []
    assert scene.problems(heads) == [f"{runs[1]}: event 5 is not the one exported earlier"]


def test_old_heads_still_hold_after_more_has_happened(scene: Scene) -> None:
    run_id = scene.open()
    heads = heads_of(scene)
    scene.pass_steps(run_id, "verify")
    assert scene.problems(heads + heads_of(scene)) == []


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_removed_run_is_found(scene: Scene, runs: list[str], which: int) -> None:
    remove(scene, runs[which])
    problem = scene.problems()[0]
    after = runs[which + 1] if which < 2 else None
    expected = f"{after}: a run before this one is missing" if after else "the newest runs"
    assert problem.startswith(expected)


def test_a_removed_newest_run_whose_trace_was_adapted_is_found_by_exported_heads(
    scene: Scene, runs: list[str]
) -> None:
    heads = heads_of(scene)
    remove(scene, runs[2])
    scene.execute(
        "UPDATE openings SET runs = 2, hash ="
        " (SELECT hash FROM events WHERE run_id = :run AND n = 1)",
        run=runs[1],
    )
    assert scene.problems() == []
    assert scene.problems(heads) == [f"{runs[2]}: event 5 is not the one exported earlier"]


def test_a_journal_without_its_head_of_openings_is_found(scene: Scene, runs: list[str]) -> None:
    scene.execute("DELETE FROM openings")
    assert scene.problems() == ["the newest runs are missing from the journal"]


def remove(scene: Scene, run_id: str) -> None:
    """Removes every trace of a run."""
    for table in ("claims", "steps", "run_keys", "sealed", "people", "events"):
        scene.execute(f"DELETE FROM {table} WHERE run_id = :run", run=run_id)
    scene.execute("DELETE FROM runs WHERE id = :run", run=run_id)
