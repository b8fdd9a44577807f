-- As handover_owner, after the first start and after every upgrade.
GRANT USAGE ON SCHEMA public TO handover_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO handover_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO handover_app;
-- Events are added and read. Nobody who works here owns the table, so nobody can lift its triggers.
REVOKE UPDATE, DELETE ON events FROM handover_app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM handover_app;
