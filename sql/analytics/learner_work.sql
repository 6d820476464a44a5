-- What a group hands in, each of its members has handed in.
CREATE FUNCTION @extschema@.learner_work(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, submissions bigint, posts bigint)
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
    SELECT work.course, work.person, count(*) FILTER (WHERE NOT work.is_post), count(*) FILTER (WHERE work.is_post)
    FROM (SELECT done.moodle_course_id AS course, coalesce(member.moodle_user_id, done.moodle_user_id) AS person,
                 done.modified_at AS at, false AS is_post
          FROM moodle_stg.submissions done
          LEFT JOIN moodle_stg.group_members member
              ON member.instance = of_instance AND member.group_id = done.group_id AND done.moodle_user_id = 0
          WHERE done.instance = of_instance AND done.moodle_course_id = ANY (courses)
            AND done.status = 'submitted' AND done.modified_at >= from_time AND done.modified_at < to_time
          UNION ALL
          SELECT moodle_course_id, moodle_user_id, finished_at, false
          FROM moodle_stg.quiz_attempts
          WHERE instance = of_instance AND moodle_course_id = ANY (courses)
            AND state IN ('finished', 'submitted') AND finished_at >= from_time AND finished_at < to_time
          UNION ALL
          SELECT moodle_course_id, moodle_user_id, created_at, true
          FROM moodle_stg.posts
          WHERE instance = of_instance AND moodle_course_id = ANY (courses) AND NOT is_deleted
            AND created_at >= from_time AND created_at < to_time) work
    JOIN @extschema@.learner_periods(of_instance, courses) period
        ON period.moodle_course_id = work.course AND period.moodle_user_id = work.person AND work.at < period.until
    GROUP BY work.course, work.person;
END
$$;

COMMENT ON FUNCTION @extschema@.learner_work(text, date, bigint[]) IS
    'part of run_analytics(): what learners handed in and wrote in courses in a week';
