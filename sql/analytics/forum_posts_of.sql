-- The posts of some courses in a week with what they answer, and for a learner's discussion the first
-- answer of another person, whenever that came.
CREATE FUNCTION @extschema@.forum_posts_of(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, forum_id bigint, user_id bigint, at timestamptz, is_reply boolean,
                   by_learner boolean, by_teacher boolean, to_learner boolean, asked_at timestamptz,
                   answered_at timestamptz)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_column
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    from_time CONSTANT timestamptz := week::timestamp AT TIME ZONE zone;
    to_time CONSTANT timestamptz := (week + 7)::timestamp AT TIME ZONE zone;
BEGIN
    RETURN QUERY
    WITH learner AS MATERIALIZED (
        SELECT * FROM @extschema@.learner_periods(of_instance, courses)
    ), teacher AS MATERIALIZED (
        SELECT * FROM @extschema@.teachers_of(of_instance, courses))
    SELECT post.moodle_course_id, post.forum_id, post.moodle_user_id, post.created_at, post.parent_id > 0,
           writer.moodle_user_id IS NOT NULL, teaching.user_id IS NOT NULL,
           asker.moodle_user_id IS NOT NULL AND asked.moodle_user_id <> post.moodle_user_id, asked.created_at,
           CASE WHEN post.parent_id = 0 THEN
               (SELECT min(answer.created_at) FROM moodle_stg.posts answer
                WHERE answer.instance = of_instance AND answer.moodle_course_id = post.moodle_course_id
                  AND answer.discussion_id = post.discussion_id AND answer.parent_id > 0
                  AND answer.moodle_user_id <> post.moodle_user_id AND NOT answer.is_deleted
                  AND answer.created_at >= post.created_at) END
    FROM moodle_stg.posts post
    LEFT JOIN learner writer
        ON writer.moodle_course_id = post.moodle_course_id AND writer.moodle_user_id = post.moodle_user_id
       AND post.created_at < writer.until
    LEFT JOIN teacher teaching
        ON teaching.course_id = post.moodle_course_id AND teaching.user_id = post.moodle_user_id
    LEFT JOIN moodle_stg.posts asked ON asked.instance = of_instance AND asked.post_id = post.parent_id
    LEFT JOIN learner asker
        ON asker.moodle_course_id = asked.moodle_course_id AND asker.moodle_user_id = asked.moodle_user_id
       AND asked.created_at < asker.until
    WHERE post.instance = of_instance AND post.moodle_course_id = ANY (courses) AND NOT post.is_deleted
      AND post.created_at >= from_time AND post.created_at < to_time;
END
$$;

COMMENT ON FUNCTION @extschema@.forum_posts_of(text, date, bigint[]) IS
    'part of build_forum_weeks() and build_teacher_weeks(): the posts of courses in a week';
