-- What the policies look into. They are views of the warehouse's owner, who sees all, and hold only
-- what whoever asks may see; barriers, so that no function of theirs is asked of another's row.
CREATE FUNCTION @extschema@.make_visible() RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $make$
BEGIN
    CREATE OR REPLACE VIEW moodle_mart.visible_courses WITH (security_barrier) AS
        SELECT course.instance, course.moodle_course_id, course.moodle_category_id
        FROM @extschema@.my_access mine
        JOIN moodle_mart.course_units course
          ON (mine.instance IS NULL OR mine.instance = course.instance)
         AND (mine.directorate IS NULL OR mine.directorate = course.directorate)
         AND (mine.unit IS NULL OR mine.unit = course.unit);
    COMMENT ON VIEW moodle_mart.visible_courses IS
        'the courses that whoever asks may see: what row security goes by';
    -- IS TRUE keeps the courses a hash table, filled once however many people are asked for.
    CREATE OR REPLACE VIEW moodle_mart.visible_people WITH (security_barrier) AS
        SELECT DISTINCT taking.instance, taking.moodle_user_id
        FROM moodle_stg.enrolments taking
        WHERE ((taking.instance, taking.moodle_course_id) IN
               (SELECT course.instance, course.moodle_course_id
                FROM moodle_mart.visible_courses course)) IS TRUE;
    COMMENT ON VIEW moodle_mart.visible_people IS
        'who takes part in a course that whoever asks may see';
    CREATE OR REPLACE VIEW moodle_mart.wholly_visible_people WITH (security_barrier) AS
        SELECT taking.instance, taking.moodle_user_id
        FROM moodle_stg.enrolments taking
        GROUP BY taking.instance, taking.moodle_user_id
        HAVING bool_and(((taking.instance, taking.moodle_course_id) IN
                         (SELECT course.instance, course.moodle_course_id
                          FROM moodle_mart.visible_courses course)) IS TRUE);
    COMMENT ON VIEW moodle_mart.wholly_visible_people IS
        'who takes part in courses that whoever asks may see, and in no other';
    CREATE OR REPLACE VIEW moodle_mart.visible_categories WITH (security_barrier) AS
        SELECT DISTINCT own.instance, above.id::bigint AS moodle_category_id
        FROM (SELECT DISTINCT instance, moodle_category_id FROM moodle_mart.visible_courses) own
        JOIN moodle_stg.categories category USING (instance, moodle_category_id)
        CROSS JOIN LATERAL regexp_split_to_table(category.path, '/') above(id)
        WHERE above.id ~ '^[0-9]{1,18}$';
    COMMENT ON VIEW moodle_mart.visible_categories IS
        'the categories of courses that whoever asks may see, and those above them';
    GRANT SELECT ON moodle_mart.visible_courses, moodle_mart.visible_people,
                    moodle_mart.wholly_visible_people, moodle_mart.visible_categories TO PUBLIC;
END
$make$;

REVOKE EXECUTE ON FUNCTION @extschema@.make_visible() FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.make_visible() IS 'part of apply_access(): makes moodle_mart.visible_courses and what is like it';
