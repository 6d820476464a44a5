-- In quiet hours nothing more is asked of a site. What is left of its steps waits, the transforms too,
-- since they follow on what the resumed run will land.
CREATE FUNCTION @extschema@.rest(of_run bigint, of_instance text, until timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    said text := format('quiet hours of %s until %s', of_instance, date_trunc('second', until));
BEGIN
    UPDATE @extschema@.run_steps
    SET status = 'cancelled', finished_at = clock_timestamp(), error = said
    WHERE run_id = of_run AND instance = of_instance AND status IN ('queued', 'running');
    RAISE WARNING '%', said
        USING HINT = 'The same refresh goes on from there within a day; moodle_fdw.ignore_quiet_hours = on does not wait.';
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.rest(bigint, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.rest(bigint, text, timestamptz) IS 'part of refresh()';
