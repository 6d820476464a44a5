-- Courses that have learners, or states of learners who are no more.
CREATE FUNCTION @extschema@.build_next_states(of_instance text, of_run bigint, batch integer) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    last bigint;
    courses bigint[];
    written bigint := 0;
BEGIN
    SELECT at_course INTO STRICT last FROM @extschema@.analytics_runs WHERE run_id = of_run FOR UPDATE;
    courses := ARRAY(SELECT course FROM (
        (SELECT DISTINCT moodle_course_id AS course FROM moodle_stg.learners
         WHERE instance = of_instance AND moodle_course_id > last)
        UNION
        (SELECT DISTINCT moodle_course_id FROM moodle_mart.learner_states
         WHERE instance = of_instance AND moodle_course_id > last)) known
        ORDER BY course LIMIT batch);
    IF cardinality(courses) > 0 THEN
        written := @extschema@.build_learner_states(of_instance, courses);
    END IF;
    UPDATE @extschema@.analytics_runs SET rows_written = rows_written + written, active_at = clock_timestamp(),
           at_course = coalesce(courses[cardinality(courses)], at_course)
    WHERE run_id = of_run;
    RETURN cardinality(courses) = batch;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_next_states(text, bigint, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_next_states(text, bigint, integer) IS 'part of run_analytics()';
