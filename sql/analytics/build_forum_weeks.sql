-- After build_resource_weeks(), which has the views.
CREATE FUNCTION @extschema@.build_forum_weeks(of_instance text, week date, courses bigint[])
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
    DELETE FROM moodle_mart.forum_weeks
    WHERE instance = of_instance AND week_start = week AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.forum_weeks (instance, moodle_course_id, forum_id, week_start, discussions,
        replies, learner_posts, teacher_posts, learners_posting, views, learners_viewing,
        discussions_unanswered, discussions_answered, first_reply_hours, ts_generated)
    SELECT of_instance, course_id, forum_id, week, coalesce(discussions, 0), coalesce(replies, 0),
           coalesce(learner_posts, 0), coalesce(teacher_posts, 0), coalesce(learners_posting, 0),
           coalesce(views, 0), coalesce(learners_viewing, 0), coalesce(unanswered, 0),
           coalesce(answered, 0), first_reply_hours, now()
    FROM (SELECT course_id, forum_id, count(*) FILTER (WHERE NOT is_reply) AS discussions,
                 count(*) FILTER (WHERE is_reply) AS replies,
                 count(*) FILTER (WHERE by_learner) AS learner_posts,
                 count(*) FILTER (WHERE by_teacher AND NOT by_learner) AS teacher_posts,
                 count(DISTINCT user_id) FILTER (WHERE by_learner) AS learners_posting,
                 count(*) FILTER (WHERE by_learner AND NOT is_reply AND answered_at IS NULL) AS unanswered,
                 count(*) FILTER (WHERE by_learner AND NOT is_reply AND answered_at IS NOT NULL) AS answered,
                 round((avg(extract(epoch FROM answered_at - at)) FILTER (WHERE by_learner AND NOT is_reply)
                        / 3600)::numeric, 2) AS first_reply_hours
          FROM @extschema@.forum_posts_of(of_instance, week, courses)
          GROUP BY course_id, forum_id) written
    FULL JOIN (
        SELECT used.moodle_course_id AS course_id, module.activity_id AS forum_id, sum(used.views) AS views,
               count(DISTINCT used.moodle_user_id) AS learners_viewing
        FROM moodle_mart.resource_weeks used
        JOIN moodle_stg.modules module
            ON module.instance = of_instance AND module.moodle_module_id = used.moodle_module_id
           AND module.component = 'mod_forum'
        WHERE used.instance = of_instance AND used.week_start = week
          AND used.moodle_course_id = ANY (courses) AND used.views > 0
        GROUP BY used.moodle_course_id, module.activity_id) viewed USING (course_id, forum_id);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_forum_weeks(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_forum_weeks(text, date, bigint[]) IS
    'builds moodle_mart.forum_weeks anew for a week of some courses; the rows written';
