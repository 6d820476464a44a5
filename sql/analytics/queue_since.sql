-- Everything that anything is known of, from the week of a day on: what was built too, or a week that
-- has lost all it had would stay.
CREATE FUNCTION @extschema@.queue_since(of_instance text, since date) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    first CONSTANT date := CASE WHEN since = '-infinity' THEN since ELSE date_trunc('week', since)::date END;
    from_time CONSTANT timestamptz := first::timestamp AT TIME ZONE zone;
    queued bigint;
BEGIN
    INSERT INTO @extschema@.analytics_queue (instance, moodle_course_id, week_start)
    SELECT DISTINCT of_instance, course, week
    FROM (SELECT moodle_course_id, date_trunc('week', day)::date FROM moodle_mart.usage_daily
          WHERE instance = of_instance AND day >= first
          UNION SELECT moodle_course_id, @extschema@.week_of(modified_at, zone) FROM moodle_stg.submissions
          WHERE instance = of_instance AND modified_at >= from_time
          UNION SELECT moodle_course_id, @extschema@.week_of(finished_at, zone) FROM moodle_stg.quiz_attempts
          WHERE instance = of_instance AND finished_at >= from_time
          UNION SELECT moodle_course_id, @extschema@.week_of(created_at, zone) FROM moodle_stg.posts
          WHERE instance = of_instance AND created_at >= from_time
          UNION SELECT moodle_course_id, @extschema@.week_of(graded_at, zone) FROM moodle_stg.assignment_grades
          WHERE instance = of_instance AND graded_at >= from_time
          UNION SELECT moodle_course_id, @extschema@.week_of(changed_at, zone) FROM moodle_stg.grade_history
          WHERE instance = of_instance AND changed_at >= from_time
          UNION SELECT moodle_course_id, week_start FROM moodle_mart.course_weeks
          WHERE instance = of_instance AND week_start >= first
          UNION SELECT moodle_course_id, week_start FROM moodle_mart.teacher_weeks
          WHERE instance = of_instance AND week_start >= first
          UNION SELECT moodle_course_id, week_start FROM moodle_mart.forum_weeks
          WHERE instance = of_instance AND week_start >= first) known(course, week)
    WHERE course > 1
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS queued = ROW_COUNT;
    RETURN queued;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.queue_since(text, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.queue_since(text, date) IS
    'part of run_analytics(): queues all weeks of courses from a day on; how many';
