CREATE TABLE @extschema@.analytics_loaded (
    instance text NOT NULL,
    source text NOT NULL,
    last_id bigint NOT NULL DEFAULT 0,
    last_epoch bigint NOT NULL DEFAULT 0,
    rows_late bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (instance, source)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.analytics_loaded', '');
COMMENT ON TABLE @extschema@.analytics_loaded IS
    'how far each table of a site''s database, and moodle_stg.events, has been seen by run_analytics()';
COMMENT ON COLUMN @extschema@.analytics_loaded.last_id IS 'up to which id';
COMMENT ON COLUMN @extschema@.analytics_loaded.last_epoch IS 'up to which time of change';
COMMENT ON COLUMN @extschema@.analytics_loaded.rows_late IS 'of events: events_loaded.rows_late as it was then';
