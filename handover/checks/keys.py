"""The keys of the journal's personal data: there, right and strong."""

import base64
import os
import shlex
from collections.abc import Iterator

from config.settings import Settings
from domain.errors import Unavailable
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit
from worker.runtime import has_journal, keys_remedy, vault

_OTHERS = 0o077
_NAMES = ("HANDOVER_MASTER_KEYS", "HANDOVER_LOOKUP_KEY")
_SHORTEST_LOOKUP = 16
_FEWEST_BYTES = 12
"""Of 32 random bytes about 30 differ; fewer than this were not drawn at random."""


def keys(current: Settings) -> Iterator[Finding]:
    """Whether a run could be opened with them. Whether they are this journal's, it tells itself."""
    file = current.state_dir / "keys.env"
    values = (current.master_keys, current.lookup_key.get_secret_value())
    missing = [name for name, value in zip(_NAMES, values, strict=True) if not value]
    if len(missing) == 2 and not has_journal(current):
        text = f"none yet in {current.state_dir}; `handover start` or `handover up` makes them"
        again = "A program that uses the Python API has to be given them, or to find them there."
        yield unknown("keys", text, again)
        return
    if missing:
        text = f"{' and '.join(missing)} not set; without them no run can be opened"
        yield fail("keys", text, keys_remedy(current), Exit.USAGE)
        return
    try:
        vault(current)
    except Unavailable as error:
        yield fail("keys", str(error), "Correct the variable.", Exit.USAGE)
        return
    if file.exists() and file.stat().st_mode & _OTHERS:
        again = f"chmod 600 {shlex.quote(str(file))}"
        yield warn("keys", f"{file} can be read by other users", again)
    yield from _weak(current)
    where = "the environment" if all(map(os.environ.get, _NAMES)) else str(file)
    yield ok("keys", f"{len(current.master_keys)} master key(s) and the lookup key, from {where}")


def _weak(current: Settings) -> Iterator[Finding]:
    masters = [key.get_secret_value() for key in current.master_keys]
    lookup = current.lookup_key.get_secret_value()
    if any(_guessable(key) for key in masters):
        text = "HANDOVER_MASTER_KEYS holds a key that was not drawn at random: it can be guessed"
        yield warn("keys", text, f"Put a new one first ({_FERNET}), then `handover rewrap`.")
    if len(set(masters)) < len(masters):
        text = "HANDOVER_MASTER_KEYS holds the same key twice"
        yield warn("keys", text, "Take one of them out.")
    if len(lookup) < _SHORTEST_LOOKUP or len(set(lookup)) < _SHORTEST_LOOKUP / 2:
        text = "HANDOVER_LOOKUP_KEY is short or simple: who guesses it can look people up"
        yield warn("keys", text, "A new journal should begin with 32 random characters there.")
    if lookup in masters:
        text = "HANDOVER_LOOKUP_KEY is one of the master keys: one secret should do one thing"
        yield warn("keys", text, "A new journal should begin with keys of its own for both.")


_FERNET = "python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key())'"


def _guessable(key: str) -> bool:
    return len(set(base64.urlsafe_b64decode(key))) < _FEWEST_BYTES
