-- The run that is at work on one of these instances, if there is one.
CREATE FUNCTION @extschema@.overlapping_run(of_instances text[]) RETURNS bigint
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT max(run_id) FROM @extschema@.runs
    WHERE status = 'running' AND instances && of_instances AND @extschema@.is_alive(run_id)
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.overlapping_run(text[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.overlapping_run(text[]) IS 'part of refresh()';
