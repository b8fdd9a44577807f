"""Upgrading: safe from many processes at once, and the migrations yield what the schema says."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from tests.integration.journal.crowd import in_processes, together
from tests.integration.journal.scene import Scene, make_vault
from worker.journal import questions
from worker.journal.database import Journal
from worker.journal.scan_schema import metadata
from worker.journal.upgrade import newest_version, upgrade


def upgrade_in_process(url: str) -> bool:
    """Upgrades from a process of its own."""
    upgrade(Journal(url, make_vault()))
    return True


def version(journal: Journal) -> str:
    """The version that the database says it has."""
    with journal.read() as tx:
        query = "SELECT version_num FROM alembic_version"
        return str(tx.conn.exec_driver_sql(query).scalar_one())


def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    journal = Journal(empty_url, make_vault())
    upgrade(journal)
    tables = set(inspect(journal.engine).get_table_names())
    assert tables == {*metadata.tables, "alembic_version"}
    assert version(journal) == newest_version()
    journal.engine.dispose()


def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    scene = Scene(Journal(empty_url, make_vault()))
    upgrade(scene.journal)
    run_id = scene.open()
    upgrade(scene.journal)
    assert scene.kinds(run_id) == ["run.requested"]
    scene.journal.engine.dispose()


def test_processes_that_upgrade_at_once_end_with_one_schema(empty_url: str) -> None:
    assert in_processes(upgrade_in_process, empty_url) == [True] * 3
    scene = Scene(Journal(empty_url, make_vault()))
    assert version(scene.journal) == newest_version()
    assert scene.open()
    assert scene.problems() == []
    scene.journal.engine.dispose()


def test_threads_with_journals_of_their_own_that_upgrade_at_once_do_too(empty_url: str) -> None:
    journals = [Journal(empty_url, make_vault()) for _ in range(6)]
    assert together(lambda number: upgrade(journals[number])) == [None] * 6
    for journal in journals:
        journal.engine.dispose()


def test_the_migrations_yield_the_schema(journal: Journal) -> None:
    with journal.engine.connect() as conn:
        context = MigrationContext.configure(
            conn, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_partial_indexes_are_the_schemas_own(journal: Journal) -> None:
    """Alembic does not compare the condition of an index."""
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql LIKE '% WHERE %' AND type='index'",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '% WHERE %'",
    }[journal.engine.dialect.name]
    with journal.read() as tx:
        made = {row[0] for row in tx.conn.execute(text(query))}
    dialect = journal.engine.dialect.name
    wanted = {
        str(index.name)
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[dialect].get("where") is not None
    }
    assert made == wanted


SCRATCH = [f"drift_{name}" for name in ("account", "contact", "billing_account")]
SCRATCH += [f"drift_{name}" for name in ("copy", "customer", "membership")]
AS_BEFORE = (
    "DROP INDEX ix_runs_result",
    *(
        f"DROP TABLE {name}"
        for name in (*SCRATCH, "looks", "finding_events", "findings", "suspects", "pieces", "scans")
    ),
    "DROP TABLE resting",
    "DROP TABLE credentials",
    "DROP TABLE processes",
    "DROP TABLE ticket_notes",
    "ALTER TABLE questions DROP COLUMN subject",
    "ALTER TABLE questions DROP COLUMN expires_at",
    "ALTER TABLE questions DROP COLUMN overdue_at",
    "UPDATE alembic_version SET version_num = '0001'",
)


def test_a_run_that_waits_is_upgraded_with_the_rest(scene: Scene) -> None:
    """Its question is the same, never expires, and can be answered."""
    run_id = scene.open()
    scene.wait(scene.lease(run_id, "verify"))
    for statement in AS_BEFORE:
        scene.execute(statement)
    upgrade(scene.journal)
    assert version(scene.journal) == newest_version()
    with scene.journal.write() as tx:
        question = questions.open_question(tx, run_id)
        assert question is not None
        assert question.expires_at is None
        questions.answer(tx, run_id, "yes", by="kim", reason="still true")
    assert scene.problems() == []
