"""What the doctor says about a journal whose protection, role or hosts are wrong."""

import pytest
from sqlalchemy import text

from handover.checks import database
from handover.checks.finding import Status
from handover.exits import Exit
from tests.integration.checks.found import found, of
from worker.journal import processes
from worker.runtime import journal


def _execute(*statements: str) -> None:
    with journal().write() as tx:
        for statement in statements:
            tx.conn.execute(text(statement))


def _note(name: str) -> None:
    with journal().write() as tx:
        processes.note(tx, name, kind="worker", ahead=0, version="0.1.0")


def test_a_sound_journal(installation: str) -> None:
    """It can be used; on PostgreSQL the tests' role is a superuser, which is a warning."""
    journal()
    findings = found(database.journal)
    assert of(findings, Status.FAIL) == []
    warnings = of(findings, Status.WARN)
    assert len(warnings) == (installation == "postgresql")
    assert "is a superuser and may switch the protection of events off" in str(warnings) or (
        installation == "sqlite"
    )


@pytest.mark.parametrize("installation", ["postgresql"], indirect=True)
def test_a_role_that_owns_nothing(installation: str) -> None:
    """With rights on rows alone there is nothing to warn of."""
    journal()
    _execute("CREATE ROLE plain_worker", "GRANT SELECT, INSERT ON events TO plain_worker")
    try:
        with journal().read() as tx:
            tx.conn.execute(text("SET LOCAL ROLE plain_worker"))
            assert list(database.role(tx)) == []
        _execute("GRANT TRUNCATE ON events TO plain_worker")
        with journal().read() as tx:
            tx.conn.execute(text("SET LOCAL ROLE plain_worker"))
            (finding,) = database.role(tx)
        assert finding.says == "the role plain_worker may ask to TRUNCATE them"
    finally:
        _execute("DROP OWNED BY plain_worker", "DROP ROLE plain_worker")


def test_triggers_that_are_gone(installation: str) -> None:
    """Each missing one is named; a trigger that is only switched off counts as missing."""
    journal()
    if installation == "sqlite":
        _execute("DROP TRIGGER events_no_replace")
        name = "events_no_replace"
    else:
        _execute("ALTER TABLE events DISABLE TRIGGER events_no_truncate")
        name = "events_no_truncate"
    (failure,) = [f for f in found(database.journal) if f.status is Status.FAIL]
    assert f"{name} is missing or switched off" in failure.says
    assert failure.exit_code is Exit.FAILED


def test_one_file_and_several_hosts(installation: str) -> None:
    """SQLite is for one host; PostgreSQL is for as many as there are."""
    _note("one:1")
    _note("one:2")
    assert of(found(database.journal), Status.FAIL) == []
    _note("two:3")
    failures = of(found(database.journal), Status.FAIL)
    if installation == "postgresql":
        assert failures == []
    else:
        assert failures == ["a journal in SQLite is used from several hosts: one, two"]


def test_a_schema_that_is_newer_than_this_program(installation: str) -> None:
    """It says to update this host."""
    journal()
    _execute("UPDATE alembic_version SET version_num = '9999'")
    journal.cache_clear()
    with pytest.raises(Exception, match="update Handover on this host"):
        found(database.journal)


def test_a_history_that_was_changed(installation: str) -> None:
    """The audit's check names it, and every finding says what to do."""
    journal()
    _execute("UPDATE openings SET runs = 7")
    (failure,) = found(database.audit)
    assert failure.status is Status.FAIL
    assert "`handover audit verify` lists all" in failure.next
