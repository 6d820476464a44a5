CREATE FUNCTION @extschema@.build_course_weeks(of_instance text, week date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM moodle_mart.course_weeks
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.course_weeks (instance, moodle_course_id, week_start, learners, active_learners,
        views, events, submissions, posts, dedication_minutes,
        active_days_q1, active_days_median, active_days_q3, views_q1, views_median, views_q3,
        submissions_q1, submissions_median, submissions_q3, posts_q1, posts_median, posts_q3,
        dedication_q1, dedication_median, dedication_q3, ts_generated)
    SELECT of_instance, course_id, week, learners, active, views, events, submissions, posts, minutes,
           days_q[1], days_q[2], days_q[3], views_q[1], views_q[2], views_q[3], submissions_q[1],
           submissions_q[2], submissions_q[3], posts_q[1], posts_q[2], posts_q[3], minutes_q[1],
           minutes_q[2], minutes_q[3], now()
    FROM (SELECT course_id, count(*) AS learners, count(*) FILTER (WHERE events + submissions + posts > 0) AS active,
                 sum(views) AS views, sum(events) AS events, sum(submissions) AS submissions,
                 sum(posts) AS posts, sum(minutes) AS minutes,
                 percentile_cont('{0.25,0.5,0.75}'::float[]) WITHIN GROUP (ORDER BY active_days) AS days_q,
                 percentile_cont('{0.25,0.5,0.75}'::float[]) WITHIN GROUP (ORDER BY views) AS views_q,
                 percentile_cont('{0.25,0.5,0.75}'::float[]) WITHIN GROUP (ORDER BY submissions) AS submissions_q,
                 percentile_cont('{0.25,0.5,0.75}'::float[]) WITHIN GROUP (ORDER BY posts) AS posts_q,
                 percentile_cont('{0.25,0.5,0.75}'::float[]) WITHIN GROUP (ORDER BY minutes) AS minutes_q
          FROM @extschema@.measure_learners(of_instance, week, courses)
          GROUP BY course_id) course;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_course_weeks(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_course_weeks(text, date, bigint[]) IS 'part of build_learner_weeks()';
