-- The next courses of a process, in the caller's transaction; false when none is left.
CREATE FUNCTION @extschema@.count_batch(of_instance text, of_process text, of_day date) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    run @extschema@.activity_runs;
    courses bigint[];
    written bigint := 0;
    more boolean;
BEGIN
    SELECT * INTO STRICT run FROM @extschema@.activity_runs
    WHERE instance = of_instance AND process = of_process AND extraction_date = of_day FOR UPDATE;
    -- The front page is no course.
    courses := ARRAY(SELECT moodle_course_id FROM moodle_stg.courses
                     WHERE instance = of_instance AND moodle_course_id > greatest(run.at_course, 1)
                     ORDER BY moodle_course_id LIMIT run.batch);
    more := cardinality(courses) = run.batch;
    IF cardinality(courses) > 0 THEN
        IF of_process = 'activity_counts' THEN
            written := @extschema@.count_activity(of_instance, run.from_date, of_day, courses);
        ELSIF of_process = 'user_counts' THEN
            written := @extschema@.count_users(of_instance, of_day, courses);
        ELSE
            written := @extschema@.join_activity(of_instance, run.from_date, of_day, courses, run.all_courses);
        END IF;
    END IF;
    UPDATE @extschema@.activity_runs done SET
        at_course = coalesce(courses[cardinality(courses)], done.at_course),
        courses_done = done.courses_done + cardinality(courses),
        rows_written = done.rows_written + written, active_at = clock_timestamp(),
        status = CASE WHEN more THEN 'running' ELSE 'completed' END,
        finished_at = CASE WHEN NOT more THEN clock_timestamp() END
    WHERE done.id = run.id RETURNING * INTO run;
    IF more THEN
        RAISE NOTICE '%: % for %: % of % courses (%)', of_instance, of_process, of_day, run.courses_done,
            run.courses_total, round(100.0 * run.courses_done / nullif(run.courses_total, 0)) || ' %';
    ELSE
        RAISE NOTICE '%: % for %: % courses, % rows in % s', of_instance, of_process, of_day, run.courses_done,
            run.rows_written, round(extract(epoch FROM run.finished_at - run.started_at), 1);
    END IF;
    RETURN more;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.count_batch(text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.count_batch(text, text, date) IS 'part of run_activity()';
