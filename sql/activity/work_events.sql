-- One batch of a site's log within a refresh, where moodle_fdw.databases.events_at_refresh wants it.
CREATE FUNCTION @extschema@.work_events(step @extschema@.run_steps) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    began timestamptz := clock_timestamp();
    before bigint := coalesce((SELECT rows_total FROM @extschema@.events_loaded WHERE instance = step.instance), 0);
    added bigint;
    ahead bigint;
BEGIN
    SELECT @extschema@.load_events(step.instance, events_a_batch, late_after) INTO ahead
    FROM @extschema@.databases WHERE instance = step.instance;
    SELECT rows_total - before INTO added FROM @extschema@.events_loaded WHERE instance = step.instance;
    IF ahead = 0 THEN
        PERFORM moodle_stg.tend_events();
    END IF;
    UPDATE @extschema@.run_steps done SET
        units_total = done.units_done + added + ahead, units_done = done.units_done + added,
        rows_read = done.rows_read + added, rows_changed = done.rows_changed + added,
        seconds = done.seconds + extract(epoch FROM clock_timestamp() - began), active_at = clock_timestamp()
    WHERE done.step_id = step.step_id;
    RETURN ahead;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.work_events(@extschema@.run_steps) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.work_events(@extschema@.run_steps) IS
    'part of refresh(): the next batch of the log of an attached database';
