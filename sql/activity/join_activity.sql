-- Both counts of a batch of courses, side by side with what the courses are.
CREATE FUNCTION @extschema@.join_activity(of_instance text, from_date date, to_date date,
                                          courses bigint[], all_courses boolean)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    written bigint;
BEGIN
    DELETE FROM moodle_mart.user_activity
    WHERE instance = of_instance AND extraction_date = to_date AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.user_activity (instance, moodle_course_id, course_id, id_number, course_name,
        course_shortname, num_teachers, num_students, file_views, video_views, forum_views, quiz_views,
        assignment_views, url_views, total_views, avg_activity_per_student_per_day, active_days,
        student_file_views, student_video_views, student_forum_views, student_quiz_views,
        student_assignment_views, student_url_views, student_total_views, moodle_category_id,
        extraction_date, from_date)
    SELECT of_instance, course.moodle_course_id, nullif(category.idnumber, ''), nullif(course.idnumber, ''),
           course.fullname, course.shortname, people.num_teachers, people.num_students,
           views.file_views, views.video_views, views.forum_views, views.quiz_views,
           views.assignment_views, views.url_views, sums.total,
           round(sums.total::numeric / nullif(people.num_students, 0) / nullif(views.active_days, 0), 2),
           views.active_days, views.student_file_views, views.student_video_views,
           views.student_forum_views, views.student_quiz_views, views.student_assignment_views,
           views.student_url_views, sums.student_total, course.categoryid, to_date, from_date
    FROM moodle_stg.courses course
    JOIN moodle_mart.activity_counts views
        ON views.instance = of_instance AND views.extraction_date = to_date
       AND views.course_id = course.moodle_course_id
    JOIN moodle_mart.user_counts people
        ON people.instance = of_instance AND people.extraction_date = to_date
       AND people.course_id = course.moodle_course_id
    LEFT JOIN moodle_stg.categories category
        ON category.instance = of_instance AND category.moodle_category_id = course.categoryid
    CROSS JOIN LATERAL (
        SELECT views.file_views + views.video_views + views.forum_views + views.quiz_views
                   + views.assignment_views + views.url_views AS total,
               views.student_file_views + views.student_video_views + views.student_forum_views
                   + views.student_quiz_views + views.student_assignment_views
                   + views.student_url_views AS student_total) sums
    WHERE course.instance = of_instance AND course.moodle_course_id = ANY (courses)
      AND (all_courses OR course.visible = 1 AND nullif(category.idnumber, '') IS NOT NULL);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.join_activity(text, date, date, bigint[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.join_activity(text, date, date, bigint[], boolean) IS
    'part of run_user_activity()';
