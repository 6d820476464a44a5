CREATE FUNCTION @extschema@.build_teacher_weeks(of_instance text, week date, courses bigint[])
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
    DELETE FROM moodle_mart.teacher_weeks
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.teacher_weeks (instance, moodle_course_id, moodle_user_id, week_start,
        active_days, views, events, posts, replies, reply_hours, reply_hours_median, gradings,
        grading_delay_hours, grading_delay_hours_median, grades_given, feedback_given, ts_generated)
    SELECT of_instance, course_id, user_id, week, coalesce(active_days, 0), coalesce(views, 0),
           coalesce(events, 0), coalesce(posts, 0), coalesce(replies, 0), reply_hours,
           reply_hours_median, coalesce(gradings, 0), delay_hours, delay_hours_median,
           coalesce(grades_given, 0), coalesce(feedback_given, 0), now()
    FROM (SELECT moodle_course_id AS course_id, moodle_user_id AS user_id, count(*) AS active_days,
                 sum(views) AS views, sum(events) AS events
          FROM moodle_mart.usage_daily
          WHERE instance = of_instance AND day >= week AND day < week + 7 AND moodle_course_id = ANY (courses)
          GROUP BY moodle_course_id, moodle_user_id) done
    FULL JOIN (
        SELECT course_id, user_id, count(*) AS posts, count(*) FILTER (WHERE to_learner) AS replies,
               round(avg(extract(epoch FROM at - asked_at) / 3600) FILTER (WHERE to_learner), 2) AS reply_hours,
               round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - asked_at) / 3600)
                      FILTER (WHERE to_learner))::numeric, 2) AS reply_hours_median
        FROM @extschema@.forum_posts_of(of_instance, week, courses)
        GROUP BY course_id, user_id) wrote USING (course_id, user_id)
    FULL JOIN (
        SELECT course_id, user_id, count(*) AS gradings, round(avg(delay_hours), 2) AS delay_hours,
               round((percentile_cont(0.5) WITHIN GROUP (ORDER BY delay_hours))::numeric, 2) AS delay_hours_median
        FROM @extschema@.gradings_of(of_instance, week, courses)
        GROUP BY course_id, user_id) graded USING (course_id, user_id)
    FULL JOIN @extschema@.grades_by_hand(of_instance, week, courses) given USING (course_id, user_id)
    JOIN @extschema@.teachers_of(of_instance, courses) teacher USING (course_id, user_id);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_teacher_weeks(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_teacher_weeks(text, date, bigint[]) IS
    'builds moodle_mart.teacher_weeks anew for a week of some courses; the rows written';
