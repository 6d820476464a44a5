-- A measure in which nobody of the course did anything in the week sets nobody apart, and is left out
-- of engagement_pct.
CREATE FUNCTION @extschema@.build_learner_weeks(of_instance text, week date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET jit = off
    AS $$
DECLARE
    written bigint;
BEGIN
    PERFORM @extschema@.build_course_weeks(of_instance, week, courses);
    DELETE FROM moodle_mart.learner_weeks
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.learner_weeks (instance, moodle_course_id, moodle_user_id, week_start,
        active_days, views, events, submissions, posts, sessions, dedication_minutes,
        active_days_quartile, views_quartile, submissions_quartile, posts_quartile, dedication_quartile,
        engagement_pct, first_event_at, last_event_at, ts_generated)
    SELECT of_instance, one.course_id, one.user_id, week, one.active_days, one.views, one.events,
           one.submissions, one.posts, one.sessions, one.minutes,
           @extschema@.quartile_of(one.active_days, course.active_days_q1, course.active_days_median, course.active_days_q3),
           @extschema@.quartile_of(one.views, course.views_q1, course.views_median, course.views_q3),
           @extschema@.quartile_of(one.submissions, course.submissions_q1, course.submissions_median, course.submissions_q3),
           @extschema@.quartile_of(one.posts, course.posts_q1, course.posts_median, course.posts_q3),
           @extschema@.quartile_of(one.minutes, course.dedication_q1, course.dedication_median, course.dedication_q3),
           @extschema@.mean_rank(ARRAY[active_days_rank, views_rank, submissions_rank, posts_rank, minutes_rank],
                                 ARRAY[active_days_max, views_max, submissions_max, posts_max, minutes_max]),
           one.first_at, one.last_at, now()
    FROM (SELECT *,
                 percent_rank() OVER (PARTITION BY course_id ORDER BY active_days) AS active_days_rank,
                 percent_rank() OVER (PARTITION BY course_id ORDER BY views) AS views_rank,
                 percent_rank() OVER (PARTITION BY course_id ORDER BY submissions) AS submissions_rank,
                 percent_rank() OVER (PARTITION BY course_id ORDER BY posts) AS posts_rank,
                 percent_rank() OVER (PARTITION BY course_id ORDER BY minutes) AS minutes_rank,
                 max(active_days) OVER course AS active_days_max, max(views) OVER course AS views_max,
                 max(submissions) OVER course AS submissions_max, max(posts) OVER course AS posts_max,
                 max(minutes) OVER course AS minutes_max
          FROM @extschema@.measure_learners(of_instance, week, courses)
          WINDOW course AS (PARTITION BY course_id)) one
    JOIN moodle_mart.course_weeks course
        ON course.instance = of_instance AND course.week_start = week AND course.moodle_course_id = one.course_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_learner_weeks(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_learner_weeks(text, date, bigint[]) IS
    'builds moodle_mart.learner_weeks and course_weeks anew for a week of some courses; the rows written';
