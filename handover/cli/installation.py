"""The journal of this installation: keys on first use, and runs that were meant."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

import handover
from config.settings import SettingsError, settings, state_dir
from domain.errors import InvalidRequest
from handover.cli.session import Session
from handover.embedded.keys import ensure_keys
from handover.embedded.state import open_folder, refuse_file
from worker.policies import checked

_KEYS = ("HANDOVER_MASTER_KEYS", "HANDOVER_LOOKUP_KEY")
_SHARED = ("DATABASE_URL", "HANDOVER_DATABASE_URL")


def prepare() -> None:
    """Makes sure that there are keys: made on first use where this machine has its own journal.

    Raises SettingsError where somebody has to give them, and Unavailable for an unusable folder.
    """
    checked(settings())
    if not _shared():
        folder = open_folder(state_dir())
        _refuse_lost_keys(folder)
        ensure_keys(folder)
        settings.cache_clear()
    _require_keys()


def find() -> None:
    """Makes sure that there is a journal to look into, and makes nothing.

    Raises InvalidRequest where no run was ever started, and what `prepare` raises.
    """
    if no_runs := without_runs():
        raise InvalidRequest([no_runs])
    if not _shared():
        _refuse_lost_keys(state_dir())
        ensure_keys(state_dir())  # there are some, so it only looks at them
    _require_keys()


def without_runs() -> str:
    """Why there is no run here, if this machine's own journal was never made; else empty."""
    checked(settings())
    folder = state_dir()
    refuse_file(folder)
    if _shared() or (folder / "journal.db").exists():
        return ""
    return f"No runs in {folder} (HANDOVER_STATE_DIR)."


def _shared() -> bool:
    return any(os.environ.get(name) for name in _SHARED)


def _refuse_lost_keys(folder: Path) -> None:
    lacking = [name for name in _KEYS if not os.environ.get(name)]
    if lacking and (folder / "journal.db").exists() and not (folder / "keys.env").exists():
        raise SettingsError(
            [
                f"{name}: {folder} has a journal but its keys.env is gone. Put that file back or"
                " set the variable: new keys can't open what the old ones sealed"
                for name in lacking
            ]
        )


def _require_keys() -> None:
    current = settings()
    given = (current.master_keys, current.lookup_key.get_secret_value())
    if missing := [name for name, value in zip(_KEYS, given, strict=True) if not value]:
        raise SettingsError(
            [
                f"{name} is not set. With DATABASE_URL the journal is shared, so its keys must be"
                " given to every process alike"
                for name in missing
            ]
        )


def require_systems() -> None:
    """Raises SettingsError where the addresses of Zuora or CustomersDot are not set."""
    given = {"ZUORA_URL": settings().zuora_url, "CUSTOMERSDOT_URL": settings().customersdot_url}
    if missing := [name for name, value in given.items() if not value]:
        hint = "set it, or rehearse: `handover up` starts a sandbox and sets it"
        raise SettingsError([f"{name} is not set; {hint}" for name in missing])


@contextmanager
def about(session: Session, run_id: str) -> Iterator[None]:
    """A command about one run: opens the journal, and helps where no run has that id."""
    find()
    session.run = run_id
    try:
        yield
    except InvalidRequest:
        known = [row["run"] for row in handover.runs(limit=1000)]
        if run_id in known or _exists(run_id):
            raise
        session.run = None
        close = get_close_matches(run_id, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "`handover runs` lists them"
        raise InvalidRequest([f"there is no run of that id; {hint}"]) from None


def _exists(run_id: str) -> bool:
    try:
        handover.report(run_id)
    except InvalidRequest:
        return False
    return True
