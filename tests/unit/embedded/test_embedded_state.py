"""The state folder and its lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from domain.errors import Unavailable
from handover.embedded.state import hold, open_folder
from tests.parts.environment import child_environment
from tests.parts.waiting import wait_until

_HOLDER = """
import sys, time
from pathlib import Path
from handover.embedded.state import hold
with hold(Path(sys.argv[1]), "handover demo"):
    print("held", flush=True)
    time.sleep(600)
"""


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def _start_holder(folder: Path) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def _can_be_held(folder: Path) -> bool:
    try:
        with hold(folder, "handover up"):
            return True
    except Unavailable:
        return False


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    """A folder that is made has mode 0700, whatever the umask."""
    before = os.umask(0)
    try:
        folder = open_folder(tmp_path / "deep" / "state")
    finally:
        os.umask(before)
    assert _mode(folder) == 0o700


def test_an_empty_open_folder_is_closed(tmp_path: Path) -> None:
    """An empty folder that others can read is made private."""
    tmp_path.chmod(0o755)
    assert _mode(open_folder(tmp_path)) == 0o700


def test_our_own_open_folder_is_closed(tmp_path: Path) -> None:
    """A folder that holds our journal is made private although it isn't empty."""
    (tmp_path / "journal.db").touch()
    tmp_path.chmod(0o755)
    assert _mode(open_folder(tmp_path)) == 0o700


def test_the_rights_of_a_foreign_folder_are_left_alone(tmp_path: Path) -> None:
    """A folder with other files that is open to others is refused and keeps its mode."""
    (tmp_path / "letter.txt").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Unavailable, match="Name another folder"):
        open_folder(tmp_path)
    assert _mode(tmp_path) == 0o755


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """A path through a file gives a clear error instead of a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="state folder"):
        open_folder(tmp_path / "file" / "state")


def test_the_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    """While another process holds the lock, the error names what it is and its process id."""
    holder = _start_holder(tmp_path)
    try:
        with pytest.raises(Unavailable) as caught, hold(tmp_path, "handover up"):
            pass
        assert "`handover demo`" in str(caught.value)
        assert f"process {holder.pid}," in str(caught.value)
        assert caught.value.code == "state-locked"
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    """After a kill -9 the lock is free, although its file still names the dead process."""
    holder = _start_holder(tmp_path)
    holder.kill()
    holder.wait()
    assert "handover demo" in (tmp_path / "lock").read_text()
    with hold(tmp_path, "handover up"):
        assert f'"pid": {os.getpid()}' in (tmp_path / "lock").read_text()


def test_the_lock_is_free_after_the_block(tmp_path: Path) -> None:
    """Leaving the block, by an error too, frees the lock and takes the name out of the file."""
    with pytest.raises(ZeroDivisionError), hold(tmp_path, "handover up"):
        raise ZeroDivisionError
    with hold(tmp_path, "handover up"):
        pass
    assert (tmp_path / "lock").read_text() == ""


def test_a_holder_without_a_name_yet_is_still_respected(tmp_path: Path) -> None:
    """A lock whose file is empty or garbled is refused all the same."""
    with hold(tmp_path, "handover up"):
        (tmp_path / "lock").write_text("{")
        with pytest.raises(Unavailable, match="another process"), hold(tmp_path, "handover up"):
            pass


def test_children_do_not_inherit_the_lock(tmp_path: Path) -> None:
    """A program that we start and leave behind doesn't keep the folder locked."""
    with hold(tmp_path, "handover up"):
        child = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)"], close_fds=False
        )
    try:
        # The kernel closes our handle in the child a moment after it lets us go on.
        wait_until(lambda: _can_be_held(tmp_path), message="the lock")
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()
