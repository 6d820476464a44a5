-- Opens a process of a day, or takes it up again where it broke off. What the process needs of the
-- site is read here, so that a site that cannot be reached fails it before anything is counted.
CREATE FUNCTION @extschema@.open_activity(of_instance text, of_process text, of_day date, first_day date,
                                          every_course boolean)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    unfinished text;
BEGIN
    IF of_process = 'user_activity' THEN
        SELECT string_agg(wanted, ' and ' ORDER BY wanted) INTO unfinished
        FROM unnest(ARRAY['activity_counts', 'user_counts']) wanted
        WHERE NOT EXISTS (SELECT FROM @extschema@.activity_runs run
                          WHERE run.instance = of_instance AND run.extraction_date = of_day
                            AND run.process = wanted AND run.status = 'completed'
                            AND (wanted = 'user_counts' OR run.from_date = first_day));
        IF unfinished IS NOT NULL THEN
            RAISE EXCEPTION 'user_activity of "%" for % waits for %', of_instance, of_day, unfinished
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = format('CALL moodle_fdw.run_activity(%L) runs all three; moodle_fdw.activity_status shows how they stand.', of_day);
        END IF;
    END IF;
    INSERT INTO @extschema@.activity_runs AS run (instance, process, extraction_date, from_date, status,
        courses_total, all_courses, started_at)
    VALUES (of_instance, of_process, of_day, first_day, 'running',
            (SELECT count(*) FROM moodle_stg.courses WHERE instance = of_instance AND moodle_course_id > 1),
            every_course, clock_timestamp())
    ON CONFLICT (instance, extraction_date, process) DO UPDATE SET
        -- What was done before a break is done; a day that is run anew is counted anew.
        at_course = CASE WHEN run.status IN ('running', 'failed') AND run.from_date = first_day
                              AND run.all_courses = every_course THEN run.at_course ELSE 0 END,
        courses_done = CASE WHEN run.status IN ('running', 'failed') AND run.from_date = first_day
                                 AND run.all_courses = every_course THEN run.courses_done ELSE 0 END,
        attempts = run.attempts + 1, status = 'running', error = NULL, finished_at = NULL,
        from_date = first_day, all_courses = every_course, courses_total = excluded.courses_total,
        started_at = clock_timestamp(), active_at = clock_timestamp();
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.open_activity(text, text, date, date, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.open_activity(text, text, date, date, boolean) IS 'part of run_activity()';
