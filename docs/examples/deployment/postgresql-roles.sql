-- Once, as a superuser, in the database that holds the journal.
-- The owner brings the schema up to date; everything that works uses the other role.
CREATE ROLE handover_owner LOGIN;
CREATE ROLE handover_app LOGIN;
ALTER SCHEMA public OWNER TO handover_owner;
