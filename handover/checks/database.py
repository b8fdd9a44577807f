"""The journal's database: can it be used, is history protected, and is it fit for these hosts?"""

import re
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy import text

import handover
from config.settings import Settings
from handover.checks.finding import Finding, fail, ok, unknown, warn
from handover.exits import Exit
from handover.words import counted, spoken_address
from worker.beats import take_slot
from worker.journal import append_only, processes
from worker.journal.database import Tx
from worker.journal.schema import APPEND_ONLY
from worker.journal.upgrade import newest_version
from worker.runtime import has_journal
from worker.runtime import journal as open_journal

_SQLITE_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRESQL_TRIGGERS = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
_POSTGRESQL_RIGHTS = """
SELECT current_user AS name, role.rolsuper AS super,
       pg_has_role(events.relowner, 'USAGE') AS owner,
       has_table_privilege(events.oid, 'TRUNCATE') AS may_truncate
FROM pg_class AS events JOIN pg_roles AS role ON role.rolname = current_user
WHERE events.oid = to_regclass('events')
"""


class _NotKept(Exception):
    """Takes back what was written only to see that it can be."""


def journal(current: Settings) -> Iterator[Finding]:
    """Whether it can be used, and whether its history holds."""
    if not has_journal(current):
        yield unknown("journal", "none yet; it is made when the first run is started here")
        return
    opened = open_journal()  # brings the schema up to date, as every command does
    where = spoken_address(opened.engine.url)
    with suppress(_NotKept), opened.write() as tx:
        take_slot(tx, "doctor", 1)
        raise _NotKept  # a database that can only be read lets a transaction begin all the same
    yield ok("journal", f"{where} can be written; schema {newest_version()}")
    with opened.read() as tx:
        yield from _protection(tx)
        yield from _hosts(tx)


def audit(current: Settings) -> Iterator[Finding]:
    """Whether the history holds, also against the heads that were exported to this folder."""
    if not has_journal(current):
        return
    exported = current.state_dir / "heads.jsonl"
    verdict = handover.verify_audit(exported if exported.exists() else None)
    history = f"{counted(verdict['events'], 'event')} of {counted(verdict['runs'], 'run')}"
    if verdict["holds"]:
        heads = counted(verdict["heads"], "exported head")
        against = f", also against {heads}" if verdict["heads"] else ""
        yield ok("audit", f"{history} hold{against}")
        return
    says = f"{len(verdict['problems'])} problem(s): {verdict['problems'][0]}"
    again = "Somebody changed the history: `handover audit verify` lists all. Keep a copy."
    yield fail("audit", says, again, Exit.FAILED)


def _protection(tx: Tx) -> Iterator[Finding]:
    """Whether the database itself refuses to change events."""
    dialect = tx.conn.dialect.name
    wanted = {
        name
        for table in APPEND_ONLY
        for statement in append_only.statements(dialect, table)
        for name in re.findall(r"CREATE TRIGGER (\w+)", statement)
    }
    query = _SQLITE_TRIGGERS if dialect == "sqlite" else _POSTGRESQL_TRIGGERS
    missing = sorted(wanted - set(tx.conn.execute(text(query)).scalars()))
    if missing:
        says = (
            f"the database lets events be changed: {', '.join(missing)} is missing or switched off"
        )
        again = "Find out who did that; put the triggers of worker/journal/append_only.py back."
        yield fail("journal", says, again, Exit.FAILED)
    if dialect == "postgresql":
        yield from role(tx)


def role(tx: Tx) -> Iterator[Finding]:
    """What the role that we use could do to the protection of events (PostgreSQL)."""
    found = tx.conn.execute(text(_POSTGRESQL_RIGHTS)).one_or_none()
    if found is None:
        return
    may = []
    if found.super or found.owner:
        may.append("switch the protection of events off")
    if found.may_truncate:
        may.append("ask to TRUNCATE them")
    if may:
        kind = "a superuser" if found.super else "the owner of the tables"
        who = f"the role {found.name}" + (f" is {kind} and" if found.super or found.owner else "")
        again = "Let another role own the tables; grant this one SELECT, INSERT, UPDATE, DELETE."
        yield warn("journal", f"{who} may {' and '.join(may)}", again)


def _hosts(tx: Tx) -> Iterator[Finding]:
    """SQLite's file is for one host: across a network its locks hold nobody off."""
    if tx.conn.dialect.name != "sqlite":
        return
    hosts = sorted({row.name.rpartition(":")[0] for row in processes.known(tx)})
    if len(hosts) > 1:
        says = f"a journal in SQLite is used from several hosts: {', '.join(hosts)}"
        again = "Stop the workers, and move to PostgreSQL (DATABASE_URL): SQLite's locks fail here."
        yield fail("journal", says, again, Exit.FAILED)
