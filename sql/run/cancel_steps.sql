CREATE FUNCTION @extschema@.cancel_steps(of_run bigint, of_instance text) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, pg_temp
    AS $$
    UPDATE @extschema@.run_steps
    SET status = 'cancelled', finished_at = clock_timestamp()
    WHERE run_id = of_run AND instance = of_instance AND status IN ('queued', 'running')
    $$;

REVOKE EXECUTE ON FUNCTION @extschema@.cancel_steps(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.cancel_steps(bigint, text) IS 'part of refresh()';
