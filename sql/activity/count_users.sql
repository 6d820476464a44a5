-- Who had a role in a batch of courses when a day ended.
CREATE FUNCTION @extschema@.count_users(of_instance text, to_date date, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET work_mem = '32MB'
    SET jit = off
    AS $$
#variable_conflict use_column
DECLARE
    moment CONSTANT timestamptz := (to_date + 1)::timestamp AT TIME ZONE @extschema@.site_time_zone(of_instance);
    written bigint;
BEGIN
    WITH role AS MATERIALIZED (
        SELECT moodle_role_id, CASE role_kind WHEN 'student' THEN 1 WHEN 'teacher' THEN 2
                                              WHEN 'manager' THEN 4 ELSE 8 END AS kind
        FROM moodle_mart.roles WHERE instance = of_instance
    ), person AS (
        -- The courses of a batch stand side by side.
        SELECT given.moodle_course_id, given.moodle_user_id, bit_or(coalesce(role.kind, 8)) AS kinds
        FROM moodle_stg.role_assignments given
        LEFT JOIN role ON role.moodle_role_id = given.moodle_role_id
        WHERE given.instance = of_instance AND given.moodle_course_id >= courses[1]
          AND given.moodle_course_id <= courses[cardinality(courses)]
          AND given.assigned_at < moment AND (given.gone_at IS NULL OR given.gone_at >= moment)
        GROUP BY 1, 2
    ), counted AS (
        SELECT moodle_course_id, count(*) FILTER (WHERE kinds & 1 > 0) AS students,
               count(*) FILTER (WHERE kinds & 2 > 0) AS teachers,
               count(*) FILTER (WHERE kinds & 4 > 0) AS managers,
               count(*) FILTER (WHERE kinds & 8 > 0) AS others, count(*) AS people
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
