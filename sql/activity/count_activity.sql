-- Views of a batch of courses, from one day to another. Learners are who had a student's role in the
-- course at the time; what came over web services, or from the account that reads the site, is nobody's.
CREATE FUNCTION @extschema@.count_activity(of_instance text, from_date date, to_date date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    since CONSTANT timestamptz := from_date::timestamp AT TIME ZONE zone;
    until CONSTANT timestamptz := (to_date + 1)::timestamp AT TIME ZONE zone;
    written bigint;
BEGIN
    WITH student_role AS MATERIALIZED (
        SELECT moodle_role_id FROM moodle_mart.roles
        WHERE instance = of_instance AND role_kind = 'student'
    ), view AS MATERIALIZED (
        SELECT event.course_id, event.user_id, event.at, (event.at AT TIME ZONE zone)::date AS day,
               coalesce(module.kind, 'other') AS kind,
               -- One by one: somebody may have the role twice, or have had it, lost it and got it again.
               EXISTS (SELECT FROM moodle_stg.role_assignments given
                       JOIN student_role role ON role.moodle_role_id = given.moodle_role_id
                       WHERE given.instance = of_instance AND given.moodle_course_id = event.course_id
                         AND given.moodle_user_id = event.user_id AND given.assigned_at <= event.at
                         AND (given.gone_at IS NULL OR given.gone_at > event.at)) AS by_student
        FROM moodle_stg.events event
        LEFT JOIN moodle_stg.modules module
            ON module.instance = of_instance AND module.moodle_module_id = event.context_instance_id
        WHERE event.instance = of_instance AND event.at >= since AND event.at < until
          AND event.action = 'viewed' AND event.target = 'course_module' AND event.context_level = 70
          AND event.origin IS DISTINCT FROM 'ws' AND NOT event.is_reader
          AND event.course_id = ANY (courses)
    ), counted AS (
        SELECT view.course_id, count(DISTINCT view.day)::integer AS active_days,
               max(view.day) - min(view.day) + 1 AS span_days,
               count(*) FILTER (WHERE kind = 'file') AS file_views,
               count(*) FILTER (WHERE kind = 'video') AS video_views,
               count(*) FILTER (WHERE kind = 'forum') AS forum_views,
               count(*) FILTER (WHERE kind = 'quiz') AS quiz_views,
               count(*) FILTER (WHERE kind = 'assignment') AS assignment_views,
               count(*) FILTER (WHERE kind = 'url') AS url_views,
               count(*) FILTER (WHERE kind = 'other') AS other_views,
               count(*) FILTER (WHERE kind = 'file' AND by_student) AS student_file_views,
               count(*) FILTER (WHERE kind = 'video' AND by_student) AS student_video_views,
               count(*) FILTER (WHERE kind = 'forum' AND by_student) AS student_forum_views,
               count(*) FILTER (WHERE kind = 'quiz' AND by_student) AS student_quiz_views,
               count(*) FILTER (WHERE kind = 'assignment' AND by_student) AS student_assignment_views,
               count(*) FILTER (WHERE kind = 'url' AND by_student) AS student_url_views
        FROM view
        GROUP BY view.course_id)
    INSERT INTO moodle_mart.activity_counts AS stored (instance, course_id, extraction_date, from_date,
        file_views, video_views, forum_views, quiz_views, assignment_views, url_views, other_views,
        student_file_views, student_video_views, student_forum_views, student_quiz_views,
        student_assignment_views, student_url_views, active_days, span_days)
    SELECT of_instance, course, to_date, from_date,
           coalesce(file_views, 0), coalesce(video_views, 0), coalesce(forum_views, 0),
           coalesce(quiz_views, 0), coalesce(assignment_views, 0), coalesce(url_views, 0),
           coalesce(other_views, 0), coalesce(student_file_views, 0),
           coalesce(student_video_views, 0), coalesce(student_forum_views, 0),
           coalesce(student_quiz_views, 0), coalesce(student_assignment_views, 0),
           coalesce(student_url_views, 0), coalesce(active_days, 0), coalesce(span_days, 0)
    FROM unnest(courses) course
    LEFT JOIN counted ON counted.course_id = course
    ON CONFLICT (instance, extraction_date, course_id) DO UPDATE SET
        from_date = excluded.from_date, updated_at = clock_timestamp(),
        file_views = excluded.file_views, video_views = excluded.video_views,
        forum_views = excluded.forum_views, quiz_views = excluded.quiz_views,
        assignment_views = excluded.assignment_views, url_views = excluded.url_views,
        other_views = excluded.other_views, student_file_views = excluded.student_file_views,
        student_video_views = excluded.student_video_views, student_forum_views = excluded.student_forum_views,
        student_quiz_views = excluded.student_quiz_views, student_assignment_views = excluded.student_assignment_views,
        student_url_views = excluded.student_url_views, active_days = excluded.active_days,
        span_days = excluded.span_days;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.count_activity(text, date, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.count_activity(text, date, date, bigint[]) IS
    'part of run_activity_counts(): counts the views of some courses';
