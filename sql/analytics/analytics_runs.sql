CREATE TABLE @extschema@.analytics_runs (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance text NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'completed', 'failed')),
    step text,
    weeks_total bigint NOT NULL DEFAULT 0,
    weeks_done bigint NOT NULL DEFAULT 0,
    rows_loaded bigint NOT NULL DEFAULT 0,
    rows_written bigint NOT NULL DEFAULT 0,
    at_course bigint NOT NULL DEFAULT 0,
    since date,
    started_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    active_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    error text
);
CREATE INDEX analytics_runs_instance ON @extschema@.analytics_runs (instance, run_id);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.analytics_runs', '');
COMMENT ON TABLE @extschema@.analytics_runs IS
    'every run of the learner analytics of each instance: moodle_fdw.analytics_status shows the last ones';
