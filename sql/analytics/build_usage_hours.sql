CREATE FUNCTION @extschema@.build_usage_hours(of_instance text, week date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM moodle_mart.usage_hours
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.usage_hours (instance, moodle_course_id, day, hour, week_start, events, views, learners)
    SELECT of_instance, course_id, local_at::date, extract(hour FROM local_at)::integer, week, count(*),
           count(*) FILTER (WHERE is_view), count(DISTINCT user_id)
    FROM @extschema@.learner_events(of_instance, week, courses)
    GROUP BY course_id, local_at::date, extract(hour FROM local_at);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_usage_hours(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_usage_hours(text, date, bigint[]) IS
    'builds moodle_mart.usage_hours anew for a week of some courses; the rows written';
