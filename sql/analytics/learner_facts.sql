-- Of the courses that are running: shown, begun and not over.
CREATE FUNCTION @extschema@.learner_facts(of_instance text, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, last_visit_at timestamptz, days_since integer,
                   days_member integer, active_days bigint, views bigint, submissions bigint, posts bigint,
                   minutes numeric, engagement_pct numeric, change_pct numeric, events_before bigint,
                   due bigint, missed bigint, pct numeric, completed boolean)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    today CONSTANT date := (now() AT TIME ZONE zone)::date;
BEGIN
    RETURN QUERY
    SELECT learner.moodle_course_id, learner.moodle_user_id, learner.last_visit_at,
           today - (coalesce(learner.last_visit_at, learner.since) AT TIME ZONE zone)::date,
           today - (learner.since AT TIME ZONE zone)::date, recent.active_days, recent.views,
           recent.submissions, recent.posts, recent.minutes, recent.engagement_pct,
           round(100.0 * (recent.events_after - recent.events_before) / nullif(recent.events_before, 0), 1),
           recent.events_before, coalesce(deadline.due, 0), coalesce(deadline.missed, 0),
           round(performance.pct, 2), learner.completed_at IS NOT NULL
    FROM moodle_stg.learners learner
    LEFT JOIN moodle_stg.courses course
        ON course.instance = of_instance AND course.moodle_course_id = learner.moodle_course_id
    JOIN @extschema@.recent_activity(of_instance, courses, today) recent
        ON recent.course_id = learner.moodle_course_id AND recent.user_id = learner.moodle_user_id
    LEFT JOIN @extschema@.recent_deadlines(of_instance, courses) deadline
        ON deadline.course_id = learner.moodle_course_id AND deadline.user_id = learner.moodle_user_id
    LEFT JOIN @extschema@.performance_of(of_instance, courses) performance
        ON performance.course_id = learner.moodle_course_id AND performance.user_id = learner.moodle_user_id
    WHERE learner.instance = of_instance AND learner.moodle_course_id = ANY (courses)
      AND learner.enrolment_status = 0 AND coalesce(course.visible, 1) = 1
      AND coalesce(course.start_at, '-infinity') <= now() AND coalesce(course.end_at, 'infinity') > now();
END
$$;

COMMENT ON FUNCTION @extschema@.learner_facts(text, bigint[]) IS
    'part of build_learner_states(): what is known of each learner with an active enrolment, as of today';
