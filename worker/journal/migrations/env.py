"""Alembic's entry: migrates over the connection that `upgrade` hands in."""

from alembic import context

from worker.journal.scan_schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
