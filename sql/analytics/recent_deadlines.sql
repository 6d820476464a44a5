CREATE FUNCTION @extschema@.recent_deadlines(of_instance text, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, due bigint, missed bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    WITH passed AS MATERIALIZED (
        SELECT due.kind, due.activity_id, due.moodle_course_id, due.due_at
        FROM moodle_stg.due_dates due
        JOIN @extschema@.course_thresholds(of_instance, courses) course ON course.course_id = due.moodle_course_id
        WHERE due.instance = of_instance AND due.kind IN ('assignment', 'quiz') AND due.is_visible
          AND due.due_at <= now()
          AND due.due_at > now() - coalesce((course.rules #>> '{window_weeks,value}')::integer, 4) * interval '1 week'
    ), missed AS MATERIALIZED (
        SELECT open.moodle_course_id, open.moodle_user_id, count(*) AS deadlines
        FROM moodle_mart.deadlines open
        JOIN passed USING (kind, activity_id)
        WHERE open.instance = of_instance AND open.moodle_course_id = ANY (courses)
        GROUP BY open.moodle_course_id, open.moodle_user_id)
    SELECT learner.moodle_course_id, learner.moodle_user_id, count(*), coalesce(max(missed.deadlines), 0)
    FROM passed
    JOIN moodle_stg.learners learner
        ON learner.instance = of_instance AND learner.moodle_course_id = passed.moodle_course_id
       AND learner.since < passed.due_at
    LEFT JOIN missed
        ON missed.moodle_course_id = learner.moodle_course_id AND missed.moodle_user_id = learner.moodle_user_id
    GROUP BY learner.moodle_course_id, learner.moodle_user_id
    $$;

COMMENT ON FUNCTION @extschema@.recent_deadlines(text, bigint[]) IS
    'part of build_learner_states(): deadlines of assignments and quizzes that passed lately, and those missed';
