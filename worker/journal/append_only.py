"""The triggers by which the database itself refuses to change or remove an event."""

SQLITE = (
    """CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    """CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
    # INSERT OR REPLACE removes the old row without firing the delete trigger.
    """CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
       WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq
                    OR (run_id = NEW.run_id AND n = NEW.n))
       BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$""",
    """CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
       FOR EACH ROW EXECUTE FUNCTION {table}_refuse()""",
    """CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
       FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()""",
)


def statements(dialect: str, table: str) -> list[str]:
    """The SQL that makes a table append-only on `sqlite` or `postgresql`."""
    templates = SQLITE if dialect == "sqlite" else POSTGRESQL
    return [template.format(table=table) for template in templates]
