"""The keys that protect personal data in the journal, made on first use."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet
from dotenv import dotenv_values

from config.settings import SettingsError
from handover.embedded.files import create_private

_MAKERS: dict[str, Callable[[], str]] = {
    "HANDOVER_MASTER_KEYS": lambda: Fernet.generate_key().decode(),
    "HANDOVER_LOOKUP_KEY": lambda: secrets.token_urlsafe(32),
}
_HEAD = (
    "# Made by Handover on first use. Without the master keys, the sealed data of the journal is\n"
    "# lost: keep a copy in a safe place, apart from the journal's.\n"
)


def ensure_keys(folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Create `keys.env` (0600) in the state folder with the keys that the environment lacks.

    A file that exists is never changed, and two processes that come at once end up with the same
    keys. Returns its path. Raises SettingsError when an existing file lacks a key that the
    environment doesn't give either: a new key would not open what the old one has sealed.
    """
    path = folder / "keys.env"
    wanted = [name for name in _MAKERS if not environ.get(name)]
    if wanted and not path.exists():
        create_private(path, _HEAD + "".join(f"{name}={_MAKERS[name]()}\n" for name in wanted))
    if wanted:
        _check(path, wanted)
    return path


def _check(path: Path, wanted: list[str]) -> None:
    present = dotenv_values(path)
    if missing := [name for name in wanted if not present.get(name)]:
        raise SettingsError(
            [
                f"{name}: neither the environment nor {path} has it. It was given when the file"
                " was made: give it again, since a new key can't open what the old one sealed"
                for name in missing
            ]
        )
