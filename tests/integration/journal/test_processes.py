"""Rows of the living: noted, renewed, left, and forgotten after a day."""

import pytest

from tests.integration.journal.scene import Scene
from worker import presence
from worker.journal import processes
from worker.presence import Presence


def _names(scene: Scene) -> list[str]:
    with scene.journal.read() as tx:
        return [row.name for row in processes.known(tx)]


def _note(scene: Scene, name: str, **changes: int | str) -> None:
    said = {"kind": "worker", "ahead": 0, "version": "0.1.0", **changes}
    with scene.journal.write() as tx:
        processes.note(tx, name, **said)  # type: ignore[arg-type]


def test_a_process_has_one_row(scene: Scene) -> None:
    """The second note renews the first; when it began stays."""
    began = scene.clock.now
    _note(scene, "a:1")
    scene.clock.pass_(5000)
    _note(scene, "a:1", ahead=12, version="0.2.0")
    with scene.journal.read() as tx:
        (row,) = processes.known(tx)
    assert (row.started_at, row.seen_at) == (began, began + 5000)
    assert (row.ahead, row.version, row.kind) == (12, "0.2.0", "worker")


def test_the_dead_are_forgotten(scene: Scene) -> None:
    """Those that said nothing for the time, and nobody else."""
    _note(scene, "a:1")
    scene.clock.pass_(10_000)
    _note(scene, "b:2")
    with scene.journal.write() as tx:
        processes.forget_dead(tx, 10_000)
    assert _names(scene) == ["b:2", "a:1"]
    scene.clock.pass_(1)
    with scene.journal.write() as tx:
        processes.forget_dead(tx, 10_000)
    assert _names(scene) == ["b:2"]


def test_a_presence_notes_seldom_and_leaves(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is asked, it writes once per pause; a clean end leaves no row."""
    monkeypatch.setattr(presence, "journal", lambda: scene.journal)
    here = Presence("beat")
    here.note()
    (name,) = _names(scene)
    with scene.journal.write() as tx:
        processes.leave(tx, name)
    here.note()
    assert _names(scene) == []
    monkeypatch.setattr("time.monotonic", lambda: 1e9)
    here.note()
    assert _names(scene) == [name]
    here.leave()
    assert _names(scene) == []
