-- The next courses of a process, in the caller's transaction; false when none is left.
CREATE FUNCTION @extschema@.count_batch(of_instance text, of_process text, of_day date, batch integer)
    RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.activity_runs;
    courses bigint[];
BEGIN
    SELECT * INTO STRICT run FROM @extschema@.activity_runs
    WHERE instance = of_instance AND process = of_process AND extraction_date = of_day FOR UPDATE;
    -- The front page is no course.
    courses := ARRAY(SELECT moodle_course_id FROM moodle_stg.courses
                     WHERE instance = of_instance AND moodle_course_id > greatest(run.at_course, 1)
                     ORDER BY moodle_course_id LIMIT batch);
    IF cardinality(courses) > 0 THEN
        IF of_process = 'activity_counts' THEN
            PERFORM @extschema@.count_activity(of_instance, run.from_date, of_day, courses);
        ELSIF of_process = 'user_counts' THEN
            PERFORM @extschema@.count_users(of_instance, of_day, courses);
        ELSE
            PERFORM @extschema@.join_activity(of_instance, run.from_date, of_day, courses, run.all_courses);
        END IF;
    END IF;
    UPDATE @extschema@.activity_runs done SET
        at_course = coalesce(courses[cardinality(courses)], done.at_course),
        courses_done = done.courses_done + cardinality(courses), active_at = clock_timestamp(),
        status = CASE WHEN cardinality(courses) < batch THEN 'completed' ELSE 'running' END,
        finished_at = CASE WHEN cardinality(courses) < batch THEN clock_timestamp() END
    WHERE instance = of_instance AND process = of_process AND extraction_date = of_day;
    RETURN cardinality(courses) = batch;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.count_batch(text, text, date, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.count_batch(text, text, date, integer) IS 'part of run_activity()';
