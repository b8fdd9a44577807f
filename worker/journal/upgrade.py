"""Bringing the journal's schema to this version, safe to call from many processes at once."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from domain.errors import Unavailable
from worker.journal.database import Journal

LOCK = 7_240_551
"""Any number will do, as long as every process names the same one."""


@lru_cache(maxsize=1)
def newest_version() -> str:
    """The newest version that this code knows: its files are named by it."""
    versions = Path(__file__).parent / "migrations" / "versions"
    return max(path.stem.split("_")[0] for path in versions.glob("[0-9]*.py"))


def check(journal: Journal) -> None:
    """For who must not change anything. Raises Unavailable unless the version is the newest."""
    with journal.read() as tx:
        found = _version(tx.conn)
    if found != newest_version():
        raise Unavailable(
            f"The journal is of version {found or 'none'} and this program knows"
            f" {newest_version()}: `handover doctor` says what to do."
        )


def upgrade(journal: Journal) -> None:
    """Applies what is missing. Raises Unavailable when the database can't be used."""
    with journal.read() as tx:
        found = _version(tx.conn)
    if found == newest_version():
        return
    if found is not None and found > newest_version():
        raise Unavailable(
            f"The journal is of version {found} and this program only knows {newest_version()}:"
            " update Handover on this host."
        )
    try:
        _bring_up(journal)
    except ProgrammingError:  # this role may not
        raise Unavailable(
            f"The journal's schema has to be brought to version {newest_version()} by the role that"
            " owns it: run `handover doctor` once with that role in DATABASE_URL."
        ) from None


def _bring_up(journal: Journal) -> None:
    with journal.write() as tx:
        if tx.conn.dialect.name == "postgresql":
            tx.conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if _version(tx.conn) != newest_version():
            _migrate(tx.conn)


def _version(conn: Connection) -> str | None:
    try:
        with conn.begin_nested():
            found = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    except DBAPIError:
        return None
    return str(found)


def _migrate(conn: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - takes 0.1 s, and is needed once in a lifetime
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
