-- Since when is not asked of events: Moodle moves that time when it touches a role, and a site may be
-- restored with a log that is older than its roles.
CREATE FUNCTION @extschema@.learner_periods(of_instance text, courses bigint[])
    RETURNS TABLE (moodle_course_id bigint, moodle_user_id bigint, since timestamptz, until timestamptz)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    SELECT given.moodle_course_id, given.moodle_user_id, min(given.assigned_at),
           max(coalesce(given.gone_at, 'infinity'))
    FROM moodle_stg.role_assignments given
    WHERE given.instance = of_instance AND (courses IS NULL OR given.moodle_course_id = ANY (courses))
      AND given.moodle_role_id IN (SELECT role.moodle_role_id FROM moodle_mart.roles role
                                   WHERE role.instance = of_instance AND role.role_kind = 'student')
      AND given.moodle_user_id > 0
      AND given.moodle_user_id IS DISTINCT FROM (SELECT reader_user_id FROM @extschema@.databases
                                                 WHERE instance = of_instance)
    GROUP BY given.moodle_course_id, given.moodle_user_id
    $$;

COMMENT ON FUNCTION @extschema@.learner_periods(text, bigint[]) IS
    'who is or was a learner of some courses, NULL = all: has or had a student''s role there (moodle_mart.role_kinds), since when and until when; the account that reads the site is none';
