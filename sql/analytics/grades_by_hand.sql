CREATE FUNCTION @extschema@.grades_by_hand(of_instance text, week date, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, grades_given bigint, feedback_given bigint)
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
    SELECT step.moodle_course_id, step.changed_by, count(DISTINCT (step.moodle_item_id, step.moodle_user_id)),
           count(DISTINCT (step.moodle_item_id, step.moodle_user_id)) FILTER (WHERE step.has_feedback)
    FROM moodle_mart.grade_steps step
    WHERE step.instance = of_instance AND step.moodle_course_id = ANY (courses) AND step.by_hand
      AND step.change NOT IN ('deleted', 'withdrawn')
      AND step.changed_at >= from_time AND step.changed_at < to_time
    GROUP BY step.moodle_course_id, step.changed_by;
END
$$;

COMMENT ON FUNCTION @extschema@.grades_by_hand(text, date, bigint[]) IS
    'part of build_teacher_weeks(): who set or changed how many grades in a week';
