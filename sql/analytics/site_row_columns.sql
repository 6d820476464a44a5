CREATE FUNCTION @extschema@.site_row_columns(target text) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT string_to_array(CASE target
        WHEN 'learners' THEN 'moodle_course_id moodle_user_id since enrolment_status enrolment_ends_at last_visit_at completed_at'
        WHEN 'submissions' THEN 'submission_id moodle_course_id assignment_id moodle_user_id group_id attempt status is_latest created_at modified_at'
        WHEN 'quiz_attempts' THEN 'attempt_id moodle_course_id quiz_id moodle_user_id attempt state started_at finished_at'
        WHEN 'posts' THEN 'post_id moodle_course_id forum_id discussion_id parent_id moodle_user_id created_at modified_at is_deleted'
        WHEN 'due_dates' THEN 'kind activity_id moodle_course_id moodle_module_id group_id name opens_at due_at closes_at is_visible'
        WHEN 'group_members' THEN 'group_id moodle_user_id moodle_course_id'
        WHEN 'assignment_grades' THEN 'grade_id moodle_course_id assignment_id moodle_user_id grader_id attempt grade graded_at'
        WHEN 'grade_history' THEN 'history_id moodle_course_id moodle_item_id moodle_user_id grade_id itemtype action source changed_by finalgrade grademin grademax overridden has_feedback changed_at'
        END, ' ')
    $$;

COMMENT ON FUNCTION @extschema@.site_row_columns(text) IS
    'part of run_analytics(): the columns of a table of moodle_stg that the site''s database fills';
