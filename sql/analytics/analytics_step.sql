-- One transaction's worth of a step, in the caller's transaction; whether there is more of it.
CREATE FUNCTION @extschema@.analytics_step(of_instance text, of_run bigint, what text, since date, wanted_batch integer)
    RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    more boolean := false;
    loaded bigint := 0;
    site CONSTANT @extschema@.databases := (
        SELECT attached FROM @extschema@.databases attached WHERE instance = of_instance);
    batch CONSTANT integer := coalesce(wanted_batch, site.courses_a_batch);
BEGIN
    CASE what
        WHEN 'events' THEN
            more := @extschema@.load_events(of_instance, site.events_a_batch, site.late_after) > 0;
        WHEN 'tend' THEN PERFORM moodle_stg.tend_events();
        WHEN 'modules' THEN PERFORM @extschema@.load_modules(of_instance);
        WHEN 'usage' THEN more := @extschema@.build_usage(of_instance) > 0;
        WHEN 'roles' THEN PERFORM @extschema@.load_role_assignments(of_instance);
        WHEN 'groups' THEN loaded := @extschema@.load_group_members(of_instance);
        WHEN 'learners' THEN loaded := @extschema@.load_learners(of_instance);
        WHEN 'submissions' THEN loaded := @extschema@.load_submissions(of_instance);
        WHEN 'quiz attempts' THEN loaded := @extschema@.load_quiz_attempts(of_instance);
        WHEN 'posts' THEN loaded := @extschema@.load_posts(of_instance);
        WHEN 'due dates' THEN loaded := @extschema@.load_due_dates(of_instance);
        WHEN 'assignment grades' THEN loaded := @extschema@.load_assignment_grades(of_instance);
        WHEN 'grade history' THEN
            loaded := @extschema@.load_grade_history(of_instance);
            more := loaded > 0;
        WHEN 'queue' THEN
            PERFORM @extschema@.queue_events(of_instance);
            IF since IS NOT NULL THEN
                PERFORM @extschema@.queue_since(of_instance, since);
            END IF;
            UPDATE @extschema@.analytics_runs SET weeks_total = (
                SELECT count(*) FROM @extschema@.analytics_queue WHERE instance = of_instance)
            WHERE run_id = of_run;
        WHEN 'weeks' THEN more := @extschema@.build_next_weeks(of_instance, of_run, batch) > 0;
        WHEN 'states' THEN more := @extschema@.build_next_states(of_instance, of_run, batch);
    END CASE;
    UPDATE @extschema@.analytics_runs SET step = what, rows_loaded = rows_loaded + loaded,
           weeks_total = greatest(weeks_total, weeks_done), active_at = clock_timestamp()
    WHERE run_id = of_run;
    RETURN more;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.analytics_step(text, bigint, text, date, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.analytics_step(text, bigint, text, date, integer) IS 'part of run_analytics()';
