"""Where this installation's journal is, without making one."""

from config.settings import Settings


def has_journal(current: Settings) -> bool:
    """Whether there is a journal to look into: a shared one, or this machine's own file."""
    return bool(current.database_url) or (current.state_dir / "journal.db").exists()
