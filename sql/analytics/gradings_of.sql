-- Grades given for assignments in a week, and how long after the submission; a group's submission is
-- that of each of its members.
CREATE FUNCTION @extschema@.gradings_of(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, delay_hours numeric)
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
    SELECT grade.moodle_course_id, grade.grader_id,
           (extract(epoch FROM grade.graded_at
            - (SELECT max(done.modified_at) FROM moodle_stg.submissions done
               WHERE done.instance = of_instance AND done.assignment_id = grade.assignment_id
                 AND done.attempt = grade.attempt AND done.status = 'submitted'
                 AND done.modified_at <= grade.graded_at
                 AND (done.moodle_user_id = grade.moodle_user_id
                      OR done.moodle_user_id = 0
                         AND EXISTS (SELECT FROM moodle_stg.group_members member
                                     WHERE member.instance = of_instance AND member.group_id = done.group_id
                                       AND member.moodle_user_id = grade.moodle_user_id)))) / 3600)::numeric
    FROM moodle_stg.assignment_grades grade
    WHERE grade.instance = of_instance AND grade.moodle_course_id = ANY (courses)
      AND grade.grade IS NOT NULL AND grade.graded_at >= from_time AND grade.graded_at < to_time;
END
$$;

COMMENT ON FUNCTION @extschema@.gradings_of(text, date, bigint[]) IS
    'part of build_teacher_weeks(): who graded submissions of assignments in a week, and how fast';
