"""The state folder, and the lock that lets one `handover up` at a time work in it."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import Unavailable

_LOCK = "lock"
_SIGNS = (_LOCK, "keys.env", "journal.db")  # of a folder that was ours before
_OTHERS = 0o077


def open_folder(folder: Path) -> Path:
    """Make sure that the state folder exists and is ours alone (0700); return its absolute path.

    An empty folder, or one that was ours before, is closed to others. Raises Unavailable for any
    other folder that is open: changing the rights of a folder that has another purpose is not ours.
    """
    folder = folder.absolute()
    try:
        refuse_file(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_open(folder):
            if is_foreign(folder):
                raise Unavailable(
                    f"{folder} holds other files and is open to other users. Name another folder"
                    " in HANDOVER_STATE_DIR."
                )
            folder.chmod(0o700)
    except OSError as error:
        raise Unavailable(
            f"The state folder {folder} can't be used: {error.strerror}. Give this user the"
            " folder, or name another one in HANDOVER_STATE_DIR."
        ) from None
    return folder


def refuse_file(folder: Path) -> None:
    """Raise Unavailable where something else than a folder stands in the state folder's place."""
    if folder.exists() and not folder.is_dir():
        raise Unavailable(f"{folder} is a file. Name a folder in HANDOVER_STATE_DIR.")


def is_open(folder: Path) -> bool:
    """Whether other users may look into a folder."""
    return bool(folder.stat().st_mode & _OTHERS)


def is_foreign(folder: Path) -> bool:
    """Whether a folder holds files, and none that shows it was ours before."""
    return any(folder.iterdir()) and not any((folder / sign).exists() for sign in _SIGNS)


def is_held(folder: Path) -> bool:
    """Whether a process holds the state folder's lock at this moment."""
    try:
        with (folder / _LOCK).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def hold(folder: Path, holder: str) -> Iterator[None]:
    """Hold the state folder's exclusive lock, as `holder` (what people know us by), for the block.

    The kernel frees it when this process ends, however that happens. Raises Unavailable, naming the
    holder and its process id, when somebody else holds it.
    """
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable(_refusal(folder, handle), code="state-locked") from None
        since = datetime.now(UTC).isoformat(timespec="seconds")
        _put(handle, json.dumps({"pid": os.getpid(), "holder": holder, "since": since}))
        yield
        _put(handle, "")
    finally:
        os.close(handle)


def _put(handle: int, text: str) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, text.encode(), 0)


def _refusal(folder: Path, handle: int) -> str:
    who = "another process"
    for _ in range(20):  # the holder may be about to write its name
        try:
            said = json.loads(os.pread(handle, 1000, 0))
        except ValueError:
            time.sleep(0.05)
            continue
        who = "`{holder}` (process {pid}, since {since})".format(**said)
        break
    return (
        f"The state folder {folder} is in use by {who}. End that one first, or name another folder"
        " in HANDOVER_STATE_DIR."
    )
