"""Forgetting a run destroys its personal data; its chain still verifies."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from config.settings import Settings
from domain.errors import Defect, InvalidRequest
from tests.integration.journal.scene import CANARY, Scene, make_vault, other
from worker import decisions
from worker.journal import sealing
from worker.journal.vault import Vault


@pytest.fixture
def forget(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene whose journal the decisions of people are about."""
    monkeypatch.setattr(decisions, "journal", lambda: scene.journal)
    monkeypatch.setattr(decisions, "settings", Settings)
    return scene


def row(scene: Scene, query: str) -> tuple[Any, ...]:
    """One row that the journal itself would never show."""
    with scene.journal.read() as tx:
        return tuple(tx.conn.exec_driver_sql(query).one())


def test_only_a_run_that_has_ended_is_forgotten(forget: Scene) -> None:
    run_id = forget.open()
    with pytest.raises(InvalidRequest, match="has not ended"):
        decisions.forget(run_id, by="kim")
    assert forget.count("sealed") == 1


def test_nothing_that_was_sealed_is_left_and_the_chain_holds(forget: Scene) -> None:
    run_id = forget.open()
    forget.end(run_id)
    decisions.forget(run_id, by="kim")
    assert (forget.count("sealed"), forget.count("people")) == (0, 0)
    assert row(forget, "SELECT wrapped FROM run_keys") == (None,)
    with forget.journal.read() as tx:
        assert sealing.key_of(tx, run_id) is None
        assert sealing.get(tx, run_id, "request") is None
    assert forget.kinds(run_id)[-1] == "run.forgotten"
    assert forget.problems() == []


def test_nothing_more_can_be_sealed_in_it(forget: Scene) -> None:
    run_id = forget.open()
    forget.end(run_id)
    decisions.forget(run_id, by="kim")
    with pytest.raises(Defect, match="forgotten"), forget.journal.write() as tx:
        sealing.put(tx, run_id, "more", {"a": 1})


def test_other_runs_keep_theirs(forget: Scene) -> None:
    gone, kept = forget.open(other(1)), forget.open(other(2))
    forget.end(gone)
    decisions.forget(gone, by="kim")
    with forget.journal.read() as tx:
        assert sealing.get(tx, kept, "request")["new_contact"]["email"] == CANARY


def test_forgetting_twice_does_no_harm(forget: Scene) -> None:
    run_id = forget.open()
    forget.end(run_id)
    decisions.forget(run_id, by="kim")
    decisions.forget(run_id, by="kim")
    assert forget.problems() == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_file_of_sqlite_keeps_what_was_sealed_nor_what_sealed_it(
    forget: Scene, tmp_path: Path
) -> None:
    run_id = forget.open()
    [wrapped] = row(forget, "SELECT wrapped FROM run_keys")
    [ciphertext] = row(forget, "SELECT ciphertext FROM sealed")
    assert wrapped.encode() in bytes_of(tmp_path)
    forget.end(run_id)
    decisions.forget(run_id, by="kim")
    found = bytes_of(tmp_path)
    assert wrapped.encode() not in found
    assert ciphertext.encode() not in found


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_file_of_sqlite_ever_holds_a_persons_address(forget: Scene, tmp_path: Path) -> None:
    run_id = forget.open()
    forget.pass_steps(run_id, "verify")
    assert b"zzyzx" not in bytes_of(tmp_path)
    forget.end(run_id)
    decisions.forget(run_id, by="kim")
    assert b"zzyzx" not in bytes_of(tmp_path)


def bytes_of(folder: Path) -> bytes:
    """All that the journal's files hold, the write-ahead log included."""
    paths = sorted(folder.glob("journal.db*"))
    assert paths
    return b"".join(path.read_bytes() for path in paths)


NEXT_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
OLD_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def with_keys(scene: Scene, vault: Vault) -> Scene:
    """The same journal in the hands of somebody with these keys."""
    return Scene(type(scene.journal)(scene.journal.url, vault), scene.clock)


def test_after_rewrapping_the_old_master_key_can_go(scene: Scene) -> None:
    opened = [scene.open(other(1)), scene.open(other(2))]
    rotating = with_keys(scene, make_vault(NEXT_KEY, OLD_KEY))
    with rotating.journal.write() as tx:
        assert sealing.rewrap_all(tx) == 2
    rotated = with_keys(scene, make_vault(NEXT_KEY))
    with rotated.journal.read() as tx:
        for run_id in opened:
            assert sealing.get(tx, run_id, "request")["new_contact"]["email"] == CANARY
    assert scene.problems() == []


def test_rewrapping_leaves_forgotten_runs_forgotten(forget: Scene) -> None:
    gone, kept = forget.open(other(1)), forget.open(other(2))
    forget.end(gone)
    decisions.forget(gone, by="kim")
    rotating = with_keys(forget, make_vault(NEXT_KEY, OLD_KEY))
    with rotating.journal.write() as tx:
        assert sealing.rewrap_all(tx) == 1
        assert sealing.key_of(tx, gone) is None
        assert sealing.key_of(tx, kept) is not None


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_run_that_is_forgotten_while_keys_are_rewrapped_stays_forgotten(forget: Scene) -> None:
    """Under READ COMMITTED, the key that was read a moment ago must not be written back."""
    run_id = forget.open()
    forget.end(run_id)
    rotating = with_keys(forget, make_vault(NEXT_KEY, OLD_KEY))

    def forget_meanwhile(_conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE run_keys"):
            decisions.forget(run_id, by="kim")

    event.listen(rotating.journal.engine, "before_cursor_execute", forget_meanwhile)
    with rotating.journal.write() as tx:
        sealing.rewrap_all(tx)
    with forget.journal.read() as tx:
        assert sealing.key_of(tx, run_id) is None
    rotating.journal.engine.dispose()
