CREATE FUNCTION @extschema@.build_completion_funnel(instance text, after_id bigint, up_to_id bigint)
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
    DELETE FROM moodle_mart.completion_funnel
    WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched));

    INSERT INTO moodle_mart.completion_funnel (
        instance, moodle_course_id, course_name, course_shortname, stage_no, stage, students,
        students_stopped_here, pct_of_enrolled, completion_tracked, course_startdate,
        top_category_name, second_category_name, ts_generated)
    WITH reached AS (
        SELECT *, CASE
                  WHEN completed_course THEN 5
                  WHEN CASE WHEN criteria_total > 0 THEN criteria_done * 2 >= criteria_total
                            ELSE total_items > 0 AND graded_items * 2 >= total_items END THEN 4
                  WHEN graded_items > 0 OR criteria_done > 0 THEN 3
                  WHEN last_course_access IS NOT NULL THEN 2
                  ELSE 1 END AS stage_no
        FROM moodle_mart.course_performance
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
          AND counts_as_student
    ), course AS (
        SELECT moodle_course_id, course_name, course_shortname, course_startdate,
               top_category_name, second_category_name, count(*) AS students,
               bool_or(completion_tracked) AS completion_tracked
        FROM reached
        GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT site, course.moodle_course_id, course.course_name, course.course_shortname,
           stage.stage_no, stage.name,
           count(reached.stage_no), count(*) FILTER (WHERE reached.stage_no = stage.stage_no),
           round(100.0 * count(reached.stage_no) / course.students, 4),
           course.completion_tracked, course.course_startdate, course.top_category_name,
           course.second_category_name, now()
    FROM course
    CROSS JOIN (VALUES (1, 'enrolled'), (2, 'visited'), (3, 'started'), (4, 'halfway'),
                       (5, 'completed')) stage(stage_no, name)
    LEFT JOIN reached ON reached.moodle_course_id = course.moodle_course_id
                     AND reached.stage_no >= stage.stage_no
    GROUP BY course.moodle_course_id, course.course_name, course.course_shortname, stage.stage_no,
             stage.name, course.students, course.completion_tracked, course.course_startdate,
             course.top_category_name, course.second_category_name;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_completion_funnel(text, bigint, bigint) IS
    'builds moodle_mart.completion_funnel anew for the courses that a range of the landing table touches; the rows written';
