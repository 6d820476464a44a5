-- The three processes of a day, per instance. A batch of courses is a transaction: what is done stays
-- done, and one that broke off goes on behind `at_course`. Numbered among the steps of refreshes, with
-- which log_scheduler shows them.
CREATE TABLE @extschema@.activity_runs (
    id bigint NOT NULL UNIQUE DEFAULT pg_catalog.nextval('@extschema@.run_steps_step_id_seq'),
    instance text NOT NULL,
    process text NOT NULL CHECK (process IN ('activity_counts', 'user_counts', 'user_activity')),
    extraction_date date NOT NULL,
    from_date date NOT NULL,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'failed')),
    at_course bigint NOT NULL DEFAULT 0,
    courses_done bigint NOT NULL DEFAULT 0,
    courses_total bigint,
    batch integer NOT NULL DEFAULT 1000,
    all_courses boolean NOT NULL DEFAULT false,
    rows_written bigint NOT NULL DEFAULT 0,
    -- When its first batch was begun, however often it broke off since.
    begun_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    active_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
    attempts integer NOT NULL DEFAULT 0,
    error text,
    PRIMARY KEY (instance, extraction_date, process)
);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.activity_runs', '');
COMMENT ON TABLE @extschema@.activity_runs IS 'what became of each process of each day: moodle_fdw.activity_status shows it';
