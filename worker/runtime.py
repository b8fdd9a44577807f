"""What every part of the engine shares in one process: the settings and the journal."""

import os
import socket
from functools import lru_cache
from pathlib import Path

from config.settings import Settings, settings
from domain.errors import Unavailable
from worker.journal.database import Journal
from worker.journal.keys import check_keys
from worker.journal.upgrade import upgrade
from worker.journal.vault import Vault


@lru_cache(maxsize=1)
def journal() -> Journal:
    """The process's journal, its schema up to date. Raises Unavailable."""
    current = settings()
    if current.journal_url.startswith("sqlite"):
        _make(current.state_dir)
    opened = Journal(current.journal_url, vault(current))
    upgrade(opened)
    check_keys(opened)
    return opened


def has_journal(current: Settings) -> bool:
    """Whether there is a journal to look into: a shared one, or this machine's own file."""
    return bool(current.database_url) or (current.state_dir / "journal.db").exists()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its other files the rights of this one.
        (folder / "journal.db").touch(mode=0o600)
    except OSError as error:
        raise Unavailable(
            f"The state folder {folder} can't be made: {error.strerror}. Set HANDOVER_STATE_DIR."
        ) from None


def vault(current: Settings) -> Vault:
    """The vault with this installation's keys. Raises Unavailable if they are missing."""
    return Vault(
        [key.get_secret_value() for key in current.master_keys],
        current.lookup_key.get_secret_value(),
    )


def owner() -> str:
    """The name under which this very process takes leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def milliseconds(seconds: float) -> int:
    """Whole milliseconds, the journal's unit."""
    return round(seconds * 1000)
