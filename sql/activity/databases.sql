-- Which instance's own database is at hand, and where its tables stand here.
CREATE TABLE @extschema@.databases (
    instance text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('postgres', 'mysql', 'schema')),
    server_name text,
    -- A Moodle on PostgreSQL lives in the schema public, one on MySQL in its database.
    remote_schema text,
    schema_name text NOT NULL,
    prefix text NOT NULL DEFAULT 'mdl_',
    -- Days begin at its midnight.
    time_zone text NOT NULL DEFAULT 'UTC',
    -- How much of an address is kept: 'masked' (its network), 'full', 'none'.
    ip text NOT NULL DEFAULT 'masked' CHECK (ip IN ('masked', 'full', 'none')),
    -- The account that reads the site by web services: no learner.
    reader_user_id bigint,
    -- What one transaction reads of the log, and counts.
    events_a_batch integer NOT NULL DEFAULT 200000 CHECK (events_a_batch > 0),
    courses_a_batch integer NOT NULL DEFAULT 1000 CHECK (courses_a_batch > 0),
    late_after interval NOT NULL DEFAULT '1 hour' CHECK (late_after >= '0'),
    session_gap interval NOT NULL DEFAULT '30 minutes' CHECK (session_gap > '0'),
    events_at_refresh boolean NOT NULL DEFAULT false,
    attached_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    attached_by text NOT NULL DEFAULT CURRENT_USER
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.databases', '');
COMMENT ON TABLE @extschema@.databases IS
    'the sites whose own database is attached: attach_database() and attach_schema() fill it; time_zone and what follows it are yours to change';
-- Who refreshes asks which instances have one; there is no secret in it.
GRANT SELECT ON @extschema@.databases TO PUBLIC;
COMMENT ON COLUMN @extschema@.databases.instance IS 'the Moodle site';
COMMENT ON COLUMN @extschema@.databases.kind IS 'postgres, mysql, or schema: tables that were there already';
COMMENT ON COLUMN @extschema@.databases.server_name IS 'the foreign server; NULL where a schema was named';
COMMENT ON COLUMN @extschema@.databases.remote_schema IS 'the schema (MySQL: database) there';
COMMENT ON COLUMN @extschema@.databases.schema_name IS 'where its tables stand';
COMMENT ON COLUMN @extschema@.databases.prefix IS 'what the tables'' names begin with';
COMMENT ON COLUMN @extschema@.databases.time_zone IS 'whose midnight begins a day of the site';
COMMENT ON COLUMN @extschema@.databases.ip IS
    'what is kept of addresses in events: masked (the network: 192.0.2.0, 2001:db8::), full, none';
COMMENT ON COLUMN @extschema@.databases.reader_user_id IS
    'Moodle''s id of the account whose token reads the site; its events count for nobody';
COMMENT ON COLUMN @extschema@.databases.events_a_batch IS 'how many ids of the log a transaction reads';
COMMENT ON COLUMN @extschema@.databases.courses_a_batch IS 'how many courses a transaction counts';
COMMENT ON COLUMN @extschema@.databases.late_after IS
    'how far back events are looked for that appeared below ones which were read before';
COMMENT ON COLUMN @extschema@.databases.session_gap IS
    'a session ends where a person does nothing for longer; moodle_fdw.rebuild_usage() after a change';
COMMENT ON COLUMN @extschema@.databases.events_at_refresh IS
    'whether a refresh of the instance reads new events, too: else run_activity() does';
COMMENT ON COLUMN @extschema@.databases.attached_at IS 'since when';
COMMENT ON COLUMN @extschema@.databases.attached_by IS 'by whom';
