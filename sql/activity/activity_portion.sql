-- One transaction's worth of what is to be done for an instance, in the caller's transaction: `what`
-- is to be read of the site, or a process of a day. Whether there is more; an error fails the process,
-- or all that wait for what could not be read, and is handed back: other instances go on.
CREATE FUNCTION @extschema@.activity_portion(
        of_instance text, what text, of_day date, OUT more boolean, OUT problem jsonb)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state text;
    said text;
    advice text;
    about text;
    ahead bigint;
BEGIN
    -- deploy() changes all tables at once: between two portions, or each would wait for the other.
    PERFORM pg_advisory_xact_lock_shared(hashtext('moodle_fdw'), hashtext('deploy'));
    more := false;
    CASE what
        WHEN 'events' THEN
            SELECT @extschema@.load_events(of_instance, events_a_batch, late_after) INTO ahead
            FROM @extschema@.databases WHERE instance = of_instance;
            more := ahead > 0;
            IF more THEN
                RAISE NOTICE '%: % events, % ids of the log ahead', of_instance,
                    (SELECT rows_total FROM @extschema@.events_loaded WHERE instance = of_instance), ahead;
            END IF;
        WHEN 'tend' THEN PERFORM moodle_stg.tend_events();
        WHEN 'usage' THEN
            ahead := @extschema@.build_usage(of_instance);
            more := ahead > 0;
            IF more THEN
                RAISE NOTICE '%: % days ahead in usage_daily', of_instance, ahead;
            END IF;
        WHEN 'modules' THEN PERFORM @extschema@.load_modules(of_instance);
        WHEN 'roles' THEN PERFORM @extschema@.load_role_assignments(of_instance);
        WHEN 'open activity_counts', 'open user_counts', 'open user_activity' THEN
            PERFORM @extschema@.open_activity(of_instance, substr(what, 6), of_day);
        ELSE more := @extschema@.count_batch(of_instance, what, of_day);
    END CASE;
EXCEPTION
    WHEN query_canceled OR admin_shutdown THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
            about = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
        more := false;
        problem := jsonb_build_object('instance', of_instance, 'what', what, 'state', state,
                                      'message', said, 'detail', about, 'hint', advice);
        UPDATE @extschema@.activity_runs SET status = 'failed', finished_at = clock_timestamp(),
               active_at = clock_timestamp(), error = said
        WHERE instance = of_instance AND status IN ('queued', 'running')
          AND (of_day IS NULL OR extraction_date = of_day AND process = regexp_replace(what, '^open ', ''));
        RAISE WARNING '%: % failed: %', of_instance, regexp_replace(what, '^open ', ''), said;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.activity_portion(text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.activity_portion(text, text, date) IS 'part of run_activity()';
