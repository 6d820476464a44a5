CREATE FUNCTION @extschema@.build_resource_weeks(of_instance text, week date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET jit = off
    AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM moodle_mart.resource_weeks
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.resource_weeks (instance, moodle_course_id, moodle_module_id, moodle_user_id,
        week_start, views, events, first_event_at, last_event_at)
    SELECT of_instance, course_id, module_id, user_id, week, count(*) FILTER (WHERE is_view), count(*),
           min(at), max(at)
    FROM @extschema@.learner_events(of_instance, week, courses)
    WHERE module_id IS NOT NULL
    GROUP BY course_id, module_id, user_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    -- What they come to over all weeks is counted once, after all of them.
    INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
    SELECT of_instance, course, 'infinity' FROM unnest(courses) course
    ON CONFLICT DO NOTHING;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_resource_weeks(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_resource_weeks(text, date, bigint[]) IS
    'builds moodle_mart.resource_weeks anew for a week of some courses; the rows written';
