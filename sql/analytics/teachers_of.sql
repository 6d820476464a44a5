CREATE FUNCTION @extschema@.teachers_of(of_instance text, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    SELECT DISTINCT given.moodle_course_id, given.moodle_user_id
    FROM moodle_stg.role_assignments given
    WHERE given.instance = of_instance AND given.moodle_course_id = ANY (courses)
      AND given.moodle_role_id IN (SELECT role.moodle_role_id FROM moodle_mart.roles role
                                   WHERE role.instance = of_instance AND role.role_kind = 'teacher')
    $$;

COMMENT ON FUNCTION @extschema@.teachers_of(text, bigint[]) IS
    'part of run_analytics(): who has or had a teacher''s role in some courses (moodle_mart.role_kinds)';
