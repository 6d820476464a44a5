-- One row, counted from the other marts: anything that was landed can change it, nothing else can.
CREATE FUNCTION @extschema@.build_instance_summary(instance text, after_id bigint, up_to_id bigint)
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
    written bigint;
BEGIN
    IF $2 > 0 AND NOT EXISTS (SELECT FROM moodle_raw.landing
                              WHERE instance = site AND id > $2 AND id <= $3) THEN
        RETURN 0;
    END IF;
    DELETE FROM moodle_mart.instance_summary WHERE instance = site;
    INSERT INTO moodle_mart.instance_summary (
        instance, users, suspended_users, never_logged_in_users, categories, courses,
        visible_courses, courses_with_students, courses_with_grades, participants, students,
        teachers, enrolments, student_enrolments, total_items, grades, avg_performance_pct,
        completion_tracked_enrolments, completed_enrolments, completion_rate_pct,
        last_course_access, data_as_of, ts_generated)
    SELECT site, people.users, people.suspended, people.never,
           (SELECT count(*) FROM moodle_stg.categories WHERE instance = site),
           course.courses, course.visible, course.with_students, course.with_grades,
           stood.participants, stood.students, stood.teachers, stood.enrolments,
           stood.student_enrolments, course.items, stood.grades, round(stood.mean, 4),
           stood.tracked, stood.completed,
           round(100.0 * stood.completed / nullif(stood.tracked, 0), 4), stood.last_access,
           (SELECT ts_extract FROM moodle_raw.landing WHERE instance = site AND id <= $3
            ORDER BY id DESC LIMIT 1), now()
    FROM (SELECT count(*) AS users,
                 count(*) FILTER (WHERE suspended = 1) AS suspended,
                 count(*) FILTER (WHERE firstaccess_at IS NULL) AS never
          FROM moodle_stg.users WHERE instance = site AND deleted IS DISTINCT FROM 1) people,
         (SELECT count(*) AS courses,
                 count(*) FILTER (WHERE course_visible = 1) AS visible,
                 count(*) FILTER (WHERE students > 0) AS with_students,
                 count(*) FILTER (WHERE students_graded > 0) AS with_grades,
                 coalesce(sum(total_items), 0) AS items
          FROM moodle_mart.course_summary WHERE instance = site) course,
         (SELECT count(DISTINCT moodle_user_id) AS participants,
                 count(DISTINCT moodle_user_id) FILTER (WHERE counts_as_student) AS students,
                 count(DISTINCT moodle_user_id) FILTER (WHERE role_kind = 'teacher') AS teachers,
                 count(DISTINCT (moodle_course_id, moodle_user_id)) AS enrolments,
                 count(*) FILTER (WHERE counts_as_student) AS student_enrolments,
                 coalesce(sum(graded_items) FILTER (WHERE counts_as_student), 0) AS grades,
                 avg(graded_performance_pct) FILTER (WHERE counts_as_student) AS mean,
                 count(*) FILTER (WHERE counts_as_student AND completion_tracked) AS tracked,
                 count(*) FILTER (WHERE counts_as_student AND completed_course) AS completed,
                 max(last_course_access) AS last_access
          FROM moodle_mart.course_performance WHERE instance = site) stood;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_instance_summary(text, bigint, bigint) IS
    'builds the row of an instance in moodle_mart.instance_summary anew where a range of the landing table holds anything; the rows written';
