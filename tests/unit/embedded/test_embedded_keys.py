"""Keys that are made on first use."""

import multiprocessing
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from config.settings import SettingsError
from handover.embedded.files import create_private
from handover.embedded.keys import ensure_keys

_BOTH = {"HANDOVER_MASTER_KEYS", "HANDOVER_LOOKUP_KEY"}


def test_both_keys_are_made(tmp_path: Path) -> None:
    """The first use makes a master key that Fernet accepts and a long lookup key, in mode 0600."""
    path = ensure_keys(tmp_path, {})
    made = dotenv_values(path)
    assert set(made) == _BOTH
    Fernet(made["HANDOVER_MASTER_KEYS"] or "")
    assert len(made["HANDOVER_LOOKUP_KEY"] or "") >= 40
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path] == list(tmp_path.iterdir())


def test_keys_are_never_replaced(tmp_path: Path) -> None:
    """A second use leaves the file as it is, to the byte."""
    path = ensure_keys(tmp_path, {})
    before = path.read_bytes()
    assert ensure_keys(tmp_path, {}) == path
    assert path.read_bytes() == before


def test_keys_of_the_environment_are_not_made(tmp_path: Path) -> None:
    """Only what the environment doesn't give is made, and no file when it gives both."""
    ensure_keys(tmp_path, {"HANDOVER_MASTER_KEYS": "x", "HANDOVER_LOOKUP_KEY": "y"})
    assert not list(tmp_path.iterdir())
    path = ensure_keys(tmp_path, {"HANDOVER_MASTER_KEYS": "x"})
    assert set(dotenv_values(path)) == {"HANDOVER_LOOKUP_KEY"}


def test_a_key_that_went_missing_is_not_made_anew(tmp_path: Path) -> None:
    """A file without the key that the environment used to give is an error, and stays as it is."""
    path = ensure_keys(tmp_path, {"HANDOVER_MASTER_KEYS": "x"})
    before = path.read_bytes()
    with pytest.raises(SettingsError, match="HANDOVER_MASTER_KEYS"):
        ensure_keys(tmp_path, {})
    assert path.read_bytes() == before


def test_of_two_that_come_at_once_one_makes_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who makes the file between our look and our write wins, and we use theirs."""

    def create_late(path: Path, text: str) -> bool:
        path.write_text("HANDOVER_MASTER_KEYS=theirs\nHANDOVER_LOOKUP_KEY=theirs\n")
        return create_private(path, text)

    monkeypatch.setattr("handover.embedded.keys.create_private", create_late)
    path = ensure_keys(tmp_path, {})
    assert set(dotenv_values(path).values()) == {"theirs"}
    assert [path] == list(tmp_path.iterdir())


def _race(folder: Path, start: "multiprocessing.synchronize.Barrier") -> bytes:
    start.wait()
    return ensure_keys(folder, {}).read_bytes()


def test_many_processes_get_the_same_keys(tmp_path: Path) -> None:
    """Processes that start together all read one and the same complete file."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, context.Pool(4) as pool:
        for number in range(20):
            folder = tmp_path / str(number)
            folder.mkdir()
            barrier = manager.Barrier(4)
            seen = pool.starmap(_race, [(folder, barrier)] * 4, chunksize=1)
            assert len(set(seen)) == 1
            assert set(dotenv_values(folder / "keys.env")) == _BOTH
            assert [folder / "keys.env"] == list(folder.iterdir())
