-- Not SETOF the table: that is the user's, and may not be there yet.
CREATE FUNCTION @extschema@.activity_results(date date DEFAULT NULL, instance text DEFAULT NULL)
    RETURNS TABLE (
        site text, moodle_course_id bigint, course_id text, id_number text, course_name text,
        course_shortname text, num_teachers bigint, num_students bigint, file_views bigint,
        video_views bigint, forum_views bigint, quiz_views bigint, assignment_views bigint,
        url_views bigint, total_views bigint, avg_activity_per_student_per_day numeric,
        active_days integer, extraction_date date, created_at timestamptz, updated_at timestamptz)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
#variable_conflict use_column
DECLARE
    of_day CONSTANT date := coalesce(activity_results.date, @extschema@.last_activity_date(activity_results.instance));
BEGIN
    RETURN QUERY
    SELECT result.instance, result.moodle_course_id, result.course_id, result.id_number, result.course_name,
           result.course_shortname, result.num_teachers, result.num_students, result.file_views,
           result.video_views, result.forum_views, result.quiz_views, result.assignment_views,
           result.url_views, result.total_views, result.avg_activity_per_student_per_day,
           result.active_days, result.extraction_date, result.created_at, result.updated_at
    FROM moodle_mart.user_activity result
    WHERE result.extraction_date = of_day
      AND (activity_results.instance IS NULL OR result.instance = activity_results.instance)
    ORDER BY result.instance, result.moodle_course_id;
END
$$;

COMMENT ON FUNCTION @extschema@.activity_results(date, text) IS
    'moodle_mart.user_activity of a day, or of the last one that is completed, with the columns of the system before this one';
