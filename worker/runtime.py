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
    sealing = vault(current)  # before anything is made: a journal without keys can't be used
    if current.journal_url.startswith("sqlite"):
        _make(current.state_dir)
    opened = Journal(current.journal_url, sealing, tells_tickets=bool(current.zendesk_url))
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
    masters = [key.get_secret_value() for key in current.master_keys]
    lookup = current.lookup_key.get_secret_value()
    if not masters or not lookup:
        raise Unavailable(f"The journal's keys are missing. {keys_remedy(current)}")
    return Vault(masters, lookup)


def keys_remedy(current: Settings) -> str:
    """What helps where a key is missing: it depends on whether there is a journal, and where."""
    both = "HANDOVER_MASTER_KEYS and HANDOVER_LOOKUP_KEY"
    if current.database_url:
        return f"The journal is shared: set {both} as for every other process of it."
    folder = current.state_dir
    if has_journal(current):
        return (
            f"{folder} has a journal: put its keys.env back there, or set {both}; new keys can't"
            " open what the old ones sealed."
        )
    return (
        f"There are none in {folder} (HANDOVER_STATE_DIR): set {both}, or have the command line"
        " make them there: `handover start` or `handover up`."
    )


def owner() -> str:
    """The name under which this very process takes leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def milliseconds(seconds: float) -> int:
    """Whole milliseconds, the journal's unit."""
    return round(seconds * 1000)
