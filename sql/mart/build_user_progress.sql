-- Whoever takes part in a touched course now, or was named by a version of the range: a person who
-- left his course is only there.
CREATE FUNCTION @extschema@.build_user_progress(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET work_mem = '16MB'
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    persons bigint[];
    written bigint;
BEGIN
    IF $2 > 0 THEN
        persons := ARRAY(
            SELECT moodle_user_id FROM moodle_mart.course_performance
            WHERE instance = site
              AND moodle_course_id = ANY (@extschema@.touched_courses($1, $2, $3))
            UNION
            SELECT moodle_id FROM moodle_raw.landing
            WHERE instance = site AND id > $2 AND id <= $3
              AND entity IN ('user', 'enrolment', 'completion', 'db_user', 'db_enrolment', 'db_completion'));
    END IF;
    DELETE FROM moodle_mart.user_progress
    WHERE instance = site AND (persons IS NULL OR moodle_user_id = ANY (persons));

    INSERT INTO moodle_mart.user_progress (
        instance, moodle_user_id, username, firstname, lastname, email, idnumber, department,
        institution, city, country, suspended, courses, courses_as_student, courses_as_teacher,
        courses_accessed, courses_graded, completion_tracked_courses, completed_courses,
        completion_rate_pct, total_items, graded_items, graded_items_pct, avg_performance_pct,
        min_performance_pct, max_performance_pct, first_enrolled_at, last_completed_at,
        last_course_access, ts_generated)
    WITH stood AS (
        SELECT moodle_user_id,
               count(DISTINCT moodle_course_id) AS courses,
               count(*) FILTER (WHERE counts_as_student) AS as_student,
               count(DISTINCT moodle_course_id) FILTER (WHERE role_kind = 'teacher') AS as_teacher,
               count(*) FILTER (WHERE counts_as_student AND last_course_access IS NOT NULL) AS accessed,
               count(*) FILTER (WHERE counts_as_student AND graded_items > 0) AS graded,
               count(*) FILTER (WHERE counts_as_student AND completion_tracked) AS tracked,
               count(*) FILTER (WHERE counts_as_student AND completed_course) AS completed,
               coalesce(sum(total_items) FILTER (WHERE counts_as_student), 0) AS items,
               coalesce(sum(graded_items) FILTER (WHERE counts_as_student), 0) AS grades,
               avg(graded_performance_pct) FILTER (WHERE counts_as_student) AS mean,
               min(graded_performance_pct) FILTER (WHERE counts_as_student) AS lowest,
               max(graded_performance_pct) FILTER (WHERE counts_as_student) AS highest,
               min(enrolment_timecreated) AS enrolled_at,
               max(completed_at) FILTER (WHERE counts_as_student) AS completed_at,
               max(last_course_access) AS last_access
        FROM moodle_mart.course_performance
        WHERE instance = site AND (persons IS NULL OR moodle_user_id = ANY (persons))
        GROUP BY moodle_user_id
    )
    SELECT site, stood.moodle_user_id, person.username, person.firstname, person.lastname,
           person.email, person.idnumber, person.department, person.institution, person.city,
           person.country, person.suspended, stood.courses, stood.as_student, stood.as_teacher,
           stood.accessed, stood.graded, stood.tracked, stood.completed,
           round(100.0 * stood.completed / nullif(stood.tracked, 0), 4), stood.items, stood.grades,
           round(100.0 * stood.grades / nullif(stood.items, 0), 4), round(stood.mean, 4),
           stood.lowest, stood.highest, stood.enrolled_at, stood.completed_at, stood.last_access,
           now()
    FROM stood
    LEFT JOIN moodle_stg.users person
        ON person.instance = site AND person.moodle_user_id = stood.moodle_user_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_user_progress(text, bigint, bigint) IS
    'builds moodle_mart.user_progress anew for the people that a range of the landing table touches; the rows written';
