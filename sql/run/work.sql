-- Takes one instance of a run on by one portion, in the caller's transaction. 'more', 'done', or
-- 'cancelled'. An error ends the step, not the run: it is kept in run_errors.
CREATE FUNCTION @extschema@.work(of_run bigint, of_instance text) RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    step @extschema@.run_steps;
    ahead bigint := 0;
    state text;
    said text;
    more text;
    advice text;
    quiet timestamptz;
BEGIN
    -- deploy() changes all tables at once: between two portions, or each would wait for the other.
    PERFORM pg_advisory_xact_lock_shared(hashtext('moodle_fdw'), hashtext('deploy'));
    IF (SELECT cancel_asked FROM @extschema@.runs WHERE run_id = of_run) THEN
        PERFORM @extschema@.cancel_steps(of_run, of_instance);
        RETURN 'cancelled';
    END IF;
    SELECT * INTO step FROM @extschema@.run_steps
    WHERE run_id = of_run AND instance = of_instance AND status IN ('queued', 'running')
    ORDER BY ordinal LIMIT 1;
    IF NOT FOUND THEN
        RETURN 'done';
    END IF;
    IF step.layer IN ('raw', 'database', 'events') AND @extschema@.has_services(of_instance) THEN
        quiet := @extschema@.quiet_until(of_instance);
        IF quiet IS NOT NULL THEN
            PERFORM @extschema@.rest(of_run, of_instance, quiet);
            RETURN 'cancelled';
        END IF;
        -- The portion at hand is not refused when they begin in the middle of it.
        PERFORM set_config('moodle_fdw.ignore_quiet_hours', 'on', true);
    END IF;
    IF step.status = 'queued' THEN
        UPDATE @extschema@.run_steps SET status = 'running', active_at = clock_timestamp(),
               started_at = coalesce(started_at, clock_timestamp()), pid = pg_backend_pid()
        WHERE step_id = step.step_id;
        RETURN 'more';
    END IF;
    BEGIN
        IF step.layer = 'raw' AND NOT EXISTS (SELECT FROM @extschema@.transforms
                                              WHERE layer = 'raw' AND name = step.name) THEN
            ahead := @extschema@.work_raw(step);
        ELSIF step.layer = 'database' THEN
            ahead := @extschema@.work_database(step);
        ELSIF step.layer = 'events' THEN
            ahead := @extschema@.work_events(step);
        ELSE
            PERFORM @extschema@.work_transform(step);
        END IF;
        IF ahead = 0 THEN
            UPDATE @extschema@.run_steps SET status = 'completed', finished_at = clock_timestamp()
            WHERE step_id = step.step_id RETURNING * INTO step;
            PERFORM @extschema@.tell(step);
        END IF;
    EXCEPTION
        WHEN query_canceled THEN
            PERFORM @extschema@.cancel_steps(of_run, of_instance);
            RETURN 'cancelled';
        WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
                more = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
            PERFORM @extschema@.fail_step(step, state, said, more, advice);
    END;
    RETURN 'more';
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.work(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.work(bigint, text) IS
    'part of refresh(): the next portion of one instance of a run';
