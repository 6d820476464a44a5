-- What check_data() found: one row a check and run, also where nothing was wrong.
CREATE TABLE @extschema@.data_checks (
    check_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id bigint,
    instance text NOT NULL,
    check_name text NOT NULL,
    table_name text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'warning', 'note')),
    failed_rows bigint NOT NULL,
    examples jsonb NOT NULL DEFAULT '[]',
    checked_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);
CREATE INDEX data_checks_latest ON @extschema@.data_checks (instance, check_name, table_name, check_id);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.data_checks', '');
SELECT pg_catalog.pg_extension_config_dump(
    pg_catalog.pg_get_serial_sequence('@extschema@.data_checks', 'check_id')::pg_catalog.regclass, '');

COMMENT ON TABLE @extschema@.data_checks IS
    'what the checks after each load found; rows that fail are kept where they are, and counted here';
COMMENT ON COLUMN @extschema@.data_checks.run_id IS 'the run after which it was checked; NULL = by hand';
COMMENT ON COLUMN @extschema@.data_checks.instance IS 'the Moodle site';
COMMENT ON COLUMN @extschema@.data_checks.check_name IS 'what was checked';
COMMENT ON COLUMN @extschema@.data_checks.table_name IS 'the table of moodle_stg';
COMMENT ON COLUMN @extschema@.data_checks.severity IS
    'error = the warehouse is not what was served; warning = figures from these rows may be wrong; note = worth knowing';
COMMENT ON COLUMN @extschema@.data_checks.failed_rows IS 'how many rows fail; 0 = all is well';
COMMENT ON COLUMN @extschema@.data_checks.examples IS 'up to 20 of them: their keys, and what is wrong';
COMMENT ON COLUMN @extschema@.data_checks.checked_at IS 'when';
