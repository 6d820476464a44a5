-- One row for everyone who was a learner of the course in the week, or was active as one; none for a
-- course in which nobody was.
CREATE FUNCTION @extschema@.measure_learners(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, active_days bigint, views bigint, events bigint,
                   submissions bigint, posts bigint, sessions bigint, minutes numeric,
                   first_at timestamptz, last_at timestamptz)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    AS $$
    WITH done AS (
        SELECT used.moodle_course_id AS course_id, used.moodle_user_id AS user_id, count(*) AS active_days,
               sum(used.views)::bigint AS views, sum(used.events)::bigint AS events,
               sum(used.sessions) AS sessions, sum(used.dedication_minutes) AS minutes,
               min(used.first_at) AS first_at, max(used.last_at) AS last_at
        FROM moodle_mart.usage_daily used
        JOIN @extschema@.learner_periods(of_instance, courses) period
            ON period.moodle_course_id = used.moodle_course_id
           AND period.moodle_user_id = used.moodle_user_id AND used.first_at < period.until
        WHERE used.instance = of_instance AND used.day >= week AND used.day < week + 7
          AND used.moodle_course_id = ANY (courses)
        GROUP BY used.moodle_course_id, used.moodle_user_id
    ), worked AS (
        SELECT * FROM @extschema@.learner_work(of_instance, week, courses)
    ), active AS (
        SELECT course_id, user_id FROM done UNION SELECT course_id, user_id FROM worked
    ), taking AS (
        SELECT course_id, user_id FROM active
        UNION
        SELECT moodle_course_id, moodle_user_id
        FROM @extschema@.learner_periods(of_instance, ARRAY(SELECT DISTINCT course_id FROM active))
        WHERE since < (week + 7)::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance)
          AND until > week::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance))
    SELECT course_id, user_id, coalesce(done.active_days, 0), coalesce(done.views, 0),
           coalesce(done.events, 0), coalesce(worked.submissions, 0), coalesce(worked.posts, 0),
           coalesce(done.sessions, 0), coalesce(done.minutes, 0), done.first_at,
           done.last_at
    FROM taking
    LEFT JOIN done USING (course_id, user_id)
    LEFT JOIN worked USING (course_id, user_id)
    $$;

COMMENT ON FUNCTION @extschema@.measure_learners(text, date, bigint[]) IS
    'part of build_learner_weeks(): what each learner of some courses did in a week';
