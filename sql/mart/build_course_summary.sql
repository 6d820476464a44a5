CREATE FUNCTION @extschema@.build_course_summary(instance text, after_id bigint, up_to_id bigint)
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
    touched bigint[];
    written bigint;
BEGIN
    IF $2 > 0 THEN
        touched := @extschema@.touched_courses($1, $2, $3);
    END IF;
    DELETE FROM moodle_mart.course_summary
    WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched));

    -- Courses that nobody is enrolled in are in staging only; those that the site did not list are in
    -- the enrolments only.
    INSERT INTO moodle_mart.course_summary (
        instance, moodle_course_id, course_name, course_shortname, course_idnumber, course_format,
        course_visible, course_startdate, course_enddate, moodle_category_id, category_name,
        top_category_name, second_category_name, participants, students, teachers, total_items,
        grades, grading_coverage_pct, students_graded, avg_performance_pct,
        median_performance_pct, min_performance_pct, max_performance_pct, students_below_50_pct,
        students_never_accessed, last_student_access, completion_tracked_students,
        completed_students, completion_rate_pct, ts_generated)
    WITH stood AS (
        SELECT moodle_course_id,
               count(DISTINCT moodle_user_id) AS participants,
               count(*) FILTER (WHERE counts_as_student) AS students,
               count(DISTINCT moodle_user_id) FILTER (WHERE role_kind = 'teacher') AS teachers,
               coalesce(sum(graded_items) FILTER (WHERE counts_as_student), 0) AS grades,
               count(*) FILTER (WHERE counts_as_student AND graded_items > 0) AS graded,
               avg(graded_performance_pct) FILTER (WHERE counts_as_student) AS mean,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY graded_performance_pct::float8)
                   FILTER (WHERE counts_as_student) AS median,
               min(graded_performance_pct) FILTER (WHERE counts_as_student) AS lowest,
               max(graded_performance_pct) FILTER (WHERE counts_as_student) AS highest,
               count(*) FILTER (WHERE counts_as_student AND graded_performance_pct < 50) AS below_50,
               count(*) FILTER (WHERE counts_as_student AND last_course_access IS NULL) AS never,
               max(last_course_access) FILTER (WHERE counts_as_student) AS last_access,
               count(*) FILTER (WHERE counts_as_student AND completion_tracked) AS tracked,
               count(*) FILTER (WHERE counts_as_student AND completed_course) AS completed
        FROM moodle_mart.course_performance
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
        GROUP BY moodle_course_id
    ), listed AS (
        SELECT * FROM moodle_stg.courses
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
    ), items AS (
        SELECT moodle_course_id, count(*) AS total
        FROM moodle_stg.grade_items
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
          AND coalesce(itemtype, '') NOT IN ('course', 'category') AND gradetype IS DISTINCT FROM 0
        GROUP BY moodle_course_id
    )
    SELECT site, moodle_course_id, listed.fullname, listed.shortname, listed.idnumber,
           listed.format, listed.visible, listed.start_at, listed.end_at, listed.categoryid,
           category.name, category.top_category_name, category.second_category_name,
           coalesce(stood.participants, 0), coalesce(stood.students, 0),
           coalesce(stood.teachers, 0), coalesce(items.total, 0), coalesce(stood.grades, 0),
           round(100.0 * stood.grades / nullif(stood.students * items.total, 0), 4),
           coalesce(stood.graded, 0), round(stood.mean, 4), round(stood.median::numeric, 4),
           stood.lowest, stood.highest, coalesce(stood.below_50, 0), coalesce(stood.never, 0),
           stood.last_access, coalesce(stood.tracked, 0), coalesce(stood.completed, 0),
           round(100.0 * stood.completed / nullif(stood.tracked, 0), 4), now()
    FROM listed
    FULL JOIN stood USING (moodle_course_id)
    LEFT JOIN items USING (moodle_course_id)
    LEFT JOIN moodle_stg.categories category
        ON category.instance = site AND category.moodle_category_id = listed.categoryid
    WHERE listed.format IS DISTINCT FROM 'site';
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_course_summary(text, bigint, bigint) IS
    'builds moodle_mart.course_summary anew for the courses that a range of the landing table touches; the rows written';
