CREATE FUNCTION @extschema@.load_assignment_grades(of_instance text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    IF NOT @extschema@.site_has(of_instance, 'assign_grades', 'assign') THEN
        RETURN 0;
    END IF;
    RETURN @extschema@.load_changed(of_instance, 'assignment_grades', '{grade_id}', 'graded_at', format(
        -- Less than 0: graded with nothing.
        'SELECT part.id AS grade_id, owner.course AS moodle_course_id, part.assignment AS assignment_id,
                part.userid AS moodle_user_id, part.grader AS grader_id,
                part.attemptnumber::integer AS attempt,
                CASE WHEN part.grade >= 0 THEN part.grade END AS grade,
                @extschema@.epoch_at(part.timemodified) AS graded_at, part.timemodified AS changed
         FROM %s part JOIN %s owner ON owner.id = part.assignment',
        @extschema@.site_table(of_instance, 'assign_grades'), @extschema@.site_table(of_instance, 'assign')));
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.load_assignment_grades(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.load_assignment_grades(text) IS
    'brings moodle_stg.assignment_grades up to the site''s database; the rows written';
