"""What lies on this machine: keys, the state folder, and the file that a beat writes."""

import json
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from config.settings import Settings
from domain.errors import Unavailable
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.embedded.state import is_foreign, is_held, is_open, refuse_file
from handover.exits import Exit
from worker.runtime import vault

_LOW_BYTES = 200_000_000
_OTHERS = 0o077


def keys(current: Settings) -> Iterator[Finding]:
    """The keys of the journal's personal data."""
    names = ("HANDOVER_MASTER_KEYS", "HANDOVER_LOOKUP_KEY")
    file = current.state_dir / "keys.env"
    values = (current.master_keys, current.lookup_key.get_secret_value())
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    own_journal = not current.database_url
    if len(missing) == 2 and own_journal and not (current.state_dir / "journal.db").exists():
        yield unknown("keys", "none yet; they are made when the first run is started here")
        return
    if missing:
        text = f"{' and '.join(missing)} not set; without them no run can be opened"
        yield fail("keys", text, f"Set them, or put back {file}.", Exit.USAGE)
        return
    try:
        vault(current)
    except Unavailable as error:
        yield fail("keys", str(error), "Correct the variable.", Exit.USAGE)
        return
    if file.exists() and file.stat().st_mode & _OTHERS:
        again = f"chmod 600 {shlex.quote(str(file))}"
        yield warn("keys", f"{file} can be read by other users", again)
    where = "the environment" if all(map(os.environ.get, names)) else str(file)
    yield ok("keys", f"{len(current.master_keys)} master key(s) and the lookup key, from {where}")


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


def beat(current: Settings) -> Iterator[Finding]:
    """Whether a beat exports the heads of the chains, as far as this machine can tell."""
    path = current.state_dir / "heads.jsonl"
    if not path.exists():
        text = "no heads of the event chains were exported to this folder yet"
        yield unknown("beat", text, "Look at the host on which the beat runs.")
        return
    age = time.time() - _newest(path) / 1000
    text = f"it exported heads {age / 60:.0f} min ago"
    if age > 2 * current.heads_seconds:
        yield warn("beat", text, "Is a beat running? A cut tail shows only against newer heads.")
        return
    yield ok("beat", text)


def _newest(path: Path) -> int:
    """The time of the last line, in milliseconds; 0 if it can't be read."""
    lines = path.read_text().splitlines()
    try:
        return int(json.loads(lines[-1])["at"])
    except (IndexError, KeyError, ValueError, TypeError):
        return 0
