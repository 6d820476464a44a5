-- analytics_step(), its error as a value, so that other instances go on: the run has failed then.
CREATE FUNCTION @extschema@.analytics_portion(
        of_instance text, of_run bigint, what text, since date, batch integer,
        OUT more boolean, OUT run_id bigint, OUT problem jsonb)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state text;
    said text;
    advice text;
    about text;
BEGIN
    -- deploy() changes all tables at once: between two portions, or each would wait for the other.
    PERFORM pg_advisory_xact_lock_shared(hashtext('moodle_fdw'), hashtext('deploy'));
    run_id := of_run;
    IF what = 'begin' THEN
        run_id := @extschema@.begin_analytics(of_instance, since);
        more := false;
    ELSE
        more := @extschema@.analytics_step(of_instance, of_run, what, since, batch);
    END IF;
EXCEPTION
    WHEN query_canceled OR admin_shutdown THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
            about = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
        more := false;
        problem := jsonb_build_object('instance', of_instance, 'what', what, 'state', state,
                                      'message', said, 'detail', about, 'hint', advice);
        UPDATE @extschema@.analytics_runs run SET status = 'failed', finished_at = clock_timestamp(),
               active_at = clock_timestamp(), step = what, error = said
        WHERE run.run_id = of_run;
        RAISE WARNING '%: % failed: %', of_instance, what, said;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.analytics_portion(text, bigint, text, date, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.analytics_portion(text, bigint, text, date, integer) IS 'part of run_analytics()';
