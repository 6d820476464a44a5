-- A process of a day begins, or goes on where it broke off.
CREATE FUNCTION @extschema@.open_activity(of_instance text, of_process text, of_day date) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.activity_runs;
    courses bigint;
BEGIN
    SELECT * INTO STRICT run FROM @extschema@.activity_runs
    WHERE instance = of_instance AND process = of_process AND extraction_date = of_day;
    IF of_process = 'user_activity' THEN
        PERFORM @extschema@.check_first_two(of_instance, of_day, run.from_date);
    END IF;
    SELECT count(*) INTO courses FROM moodle_stg.courses WHERE instance = of_instance AND moodle_course_id > 1;
    IF courses = 0 THEN
        RAISE EXCEPTION 'no course of "%" is known yet', of_instance
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('CALL moodle_fdw.refresh(instances => ARRAY[%L]) fills moodle_stg.courses.', of_instance);
    END IF;
    UPDATE @extschema@.activity_runs SET status = 'running', attempts = attempts + 1,
           courses_total = courses, started_at = clock_timestamp(), active_at = clock_timestamp(),
           at_course = CASE WHEN begun_at IS NULL THEN 0 ELSE at_course END,
           courses_done = CASE WHEN begun_at IS NULL THEN 0 ELSE courses_done END,
           rows_written = CASE WHEN begun_at IS NULL THEN 0 ELSE rows_written END,
           begun_at = coalesce(begun_at, clock_timestamp())
    WHERE id = run.id;
    IF run.begun_at IS NOT NULL AND run.at_course > 0 THEN
        RAISE NOTICE '%: % for % goes on behind course %', of_instance, of_process, of_day, run.at_course;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.open_activity(text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.open_activity(text, text, date) IS 'part of run_activity()';
