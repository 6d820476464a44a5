-- The courses whose marts a range of the landing table touches. Of a changed person: where he is
-- enrolled; of a role: all, since it may count as a student now; of a category: its courses and those
-- of the categories below it, since each shows the names above it.
CREATE FUNCTION @extschema@.touched_courses(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint[]
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    persons bigint[];
    category_ids text[];
    courses bigint[];
    all_of_them boolean;
BEGIN
    SELECT array_agg(DISTINCT moodle_id) FILTER (WHERE entity IN ('user', 'db_user')),
           array_agg(DISTINCT moodle_id::text) FILTER (WHERE entity IN ('category', 'db_category')),
           array_agg(DISTINCT CASE WHEN entity IN ('course', 'db_course') THEN moodle_id ELSE unit_id END)
               FILTER (WHERE entity IN ('course', 'db_course') OR unit_id > 0),
           coalesce(bool_or(entity IN ('role', 'db_role')), false)
    INTO persons, category_ids, courses, all_of_them
    FROM moodle_raw.landing
    WHERE instance = site AND id > $2 AND id <= $3
      AND entity IN ('course', 'enrolment', 'grade', 'grade_item', 'completion', 'user', 'category',
                     'role', 'db_course', 'db_enrolment', 'db_grade', 'db_grade_item', 'db_completion',
                     'db_user', 'db_category', 'db_role');
    RETURN ARRAY(
        SELECT touched FROM unnest(courses) touched
        UNION
        SELECT moodle_course_id FROM moodle_stg.enrolments
        WHERE instance = site AND (all_of_them OR moodle_user_id = ANY (persons))
        UNION
        SELECT course.moodle_course_id FROM moodle_stg.courses course
        LEFT JOIN moodle_stg.categories category
            ON category.instance = site AND category.moodle_category_id = course.categoryid
        WHERE course.instance = site
          AND (all_of_them OR course.categoryid::text = ANY (category_ids)
               OR string_to_array(category.path, '/') && category_ids)
        ORDER BY 1);
END
$$;

COMMENT ON FUNCTION @extschema@.touched_courses(text, bigint, bigint) IS
    'the courses that the landing rows with after_id < id <= up_to_id touch: what the marts are rebuilt for';
