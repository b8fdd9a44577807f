"""Events are append-only: the database itself refuses every other statement."""

import pytest
from sqlalchemy.exc import DBAPIError

from tests.integration.journal.scene import Scene

COLUMNS = "seq, run_id, n, at, kind, actor, step, fence, data, prev, hash"
EVERYWHERE = {
    "update": "UPDATE events SET kind = 'forged'",
    "update-nothing": "UPDATE events SET kind = kind",
    "delete": "DELETE FROM events",
    "delete-one": "DELETE FROM events WHERE n = 1",
    "second-of-a-number": f"INSERT INTO events ({COLUMNS}) SELECT seq + 100, run_id, n, at,"
    " 'forged', actor, step, fence, data, prev, hash FROM events WHERE n = 1",
    "upsert": f"INSERT INTO events ({COLUMNS}) SELECT {COLUMNS} FROM events WHERE n = 1"
    " ON CONFLICT (seq) DO UPDATE SET kind = 'forged'",
}
SQLITE = {
    "replace-by-place": f"INSERT OR REPLACE INTO events ({COLUMNS}) SELECT seq, run_id, n, at,"
    " 'forged', actor, step, fence, data, prev, hash FROM events WHERE n = 1",
    "replace-by-number": f"INSERT OR REPLACE INTO events ({COLUMNS}) SELECT seq + 100, run_id, n,"
    " at, 'forged', actor, step, fence, data, prev, hash FROM events WHERE n = 1",
    "replace-the-place-of-another": f"INSERT OR REPLACE INTO events ({COLUMNS}) SELECT seq, run_id,"
    " n + 100, at, 'forged', actor, step, fence, data, prev, hash FROM events WHERE n = 1",
    "replace": f"REPLACE INTO events ({COLUMNS}) SELECT {COLUMNS} FROM events WHERE n = 1",
    "update-or-replace": "UPDATE OR REPLACE events SET n = 1",
    "update-or-ignore": "UPDATE OR IGNORE events SET kind = 'forged'",
}
POSTGRESQL = {
    "truncate": "TRUNCATE events",
    "truncate-others-with-it": "TRUNCATE runs CASCADE",
    "merge": "MERGE INTO events USING (SELECT 1) AS s ON true"
    " WHEN MATCHED THEN UPDATE SET kind = 'forged'",
}


@pytest.fixture
def run_id(scene: Scene) -> str:
    """A run with several events."""
    run_id = scene.open()
    scene.pass_steps(run_id, "verify")
    return run_id


def refuses(scene: Scene, run_id: str, statement: str) -> None:
    """The statement fails and leaves every event as it was."""
    before = scene.events(run_id)
    with pytest.raises(DBAPIError, match=r"append-only|(?i:unique)"):
        scene.execute(statement)
    assert scene.events(run_id) == before
    assert scene.problems() == []


@pytest.mark.parametrize("what", EVERYWHERE)
def test_both_databases_refuse(scene: Scene, run_id: str, what: str) -> None:
    refuses(scene, run_id, EVERYWHERE[what])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("what", SQLITE)
def test_sqlite_refuses(scene: Scene, run_id: str, what: str) -> None:
    refuses(scene, run_id, SQLITE[what])


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("what", POSTGRESQL)
def test_postgresql_refuses(scene: Scene, run_id: str, what: str) -> None:
    refuses(scene, run_id, POSTGRESQL[what])
