-- Who had a role in a batch of courses when a day ended.
CREATE FUNCTION @extschema@.count_users(of_instance text, to_date date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    moment CONSTANT timestamptz := (to_date + 1)::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance);
    written bigint;
BEGIN
    WITH person AS (
        SELECT DISTINCT given.moodle_course_id, given.moodle_user_id, coalesce(role.role_kind, 'other') AS kind
        FROM moodle_stg.role_assignments given
        LEFT JOIN moodle_mart.roles role
            ON role.instance = of_instance AND role.moodle_role_id = given.moodle_role_id
        WHERE given.instance = of_instance AND given.moodle_course_id = ANY (courses)
          AND given.assigned_at < moment AND (given.gone_at IS NULL OR given.gone_at >= moment)
    ), counted AS (
        SELECT moodle_course_id,
               count(*) FILTER (WHERE kind = 'student') AS students,
               count(*) FILTER (WHERE kind = 'teacher') AS teachers,
               count(*) FILTER (WHERE kind = 'manager') AS managers,
               count(*) FILTER (WHERE kind = 'other') AS others,
               count(DISTINCT moodle_user_id) AS people
        FROM person GROUP BY moodle_course_id)
    INSERT INTO moodle_mart.user_counts AS stored (instance, course_id, extraction_date, num_students,
        num_teachers, num_managers, num_others, num_people)
    SELECT of_instance, course, to_date, coalesce(students, 0), coalesce(teachers, 0),
           coalesce(managers, 0), coalesce(others, 0), coalesce(people, 0)
    FROM unnest(courses) course
    LEFT JOIN counted ON counted.moodle_course_id = course
    ON CONFLICT (instance, extraction_date, course_id) DO UPDATE SET
        num_students = excluded.num_students, num_teachers = excluded.num_teachers,
        num_managers = excluded.num_managers, num_others = excluded.num_others,
        num_people = excluded.num_people, updated_at = clock_timestamp();
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.count_users(text, date, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.count_users(text, date, bigint[]) IS
    'part of run_user_counts(): counts the people of some courses';
