"""Private files that are there as a whole or not at all."""

import os
from pathlib import Path

import pytest

from handover.embedded.files import create_private, write_private


def test_a_written_file_is_private_and_alone(tmp_path: Path) -> None:
    """Writing gives mode 0600 whatever the umask or the old file's mode, and no temporary file."""
    path = tmp_path / "up.env"
    path.write_text("old")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write_private(path, "new")
    finally:
        os.umask(before)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path] == list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_text(tmp_path: Path) -> None:
    """Text that can't be encoded leaves the old file, and nothing beside it."""
    path = tmp_path / "up.env"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")
    assert path.read_text() == "old"
    assert [path] == list(tmp_path.iterdir())


def test_creating_does_not_replace(tmp_path: Path) -> None:
    """The second creation answers False and changes nothing."""
    path = tmp_path / "keys.env"
    assert create_private(path, "first")
    assert not create_private(path, "second")
    assert path.read_text() == "first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path] == list(tmp_path.iterdir())
