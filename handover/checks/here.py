"""What lies on this machine: the state folder, and what a killed `handover up` left in it."""

import shlex
import shutil
import tempfile
from collections.abc import Iterator

from config.settings import Settings
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.embedded.state import is_foreign, is_held, is_open, refuse_file
from handover.exits import Exit

_LOW_BYTES = 200_000_000


def state_folder(current: Settings) -> Iterator[Finding]:
    """The folder for journal, keys and logs."""
    folder = current.state_dir
    refuse_file(folder)
    if not folder.exists():
        yield unknown("state folder", f"{folder} does not exist yet; it is made on first use")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        text = f"{folder} can't be written: {error.strerror}"
        again = "Give this user the folder, or name another one in HANDOVER_STATE_DIR."
        yield fail("state folder", text, again, Exit.UNAVAILABLE)
        return
    if is_open(folder):
        text = f"{folder} is open to other users"
        if is_foreign(folder):
            text += " and holds other files"
            again = "Name another folder in HANDOVER_STATE_DIR."
            yield fail("state folder", text, again, Exit.UNAVAILABLE)
            return
        yield warn("state folder", text, f"chmod 700 {shlex.quote(str(folder))}")
    free = shutil.disk_usage(folder).free
    if free < _LOW_BYTES:
        text = f"only {free // 1_000_000} MB are free on its disk"
        yield warn("state folder", text, "Make room: a full disk stops every run.")
    yield ok("state folder", f"{folder} can be written")


def left_over(current: Settings) -> Iterator[Finding]:
    """Whether addresses of a `handover up` that was killed are still believed."""
    file = current.state_dir / "up.env"
    if file.exists() and not is_held(current.state_dir):
        text = f"{file} was left by a `handover up` that was killed; its addresses lead nowhere"
        yield warn("up", text, f"Start `handover up` again, or: rm {shlex.quote(str(file))}")
