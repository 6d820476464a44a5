-- The directorate and unit of each course: of the rule for the course itself, else of that for the
-- nearest category above it, else the first two levels of the categories. A course that is gone keeps
-- its own, since there are marts of it. NULL = all instances; only what differs is written.
CREATE FUNCTION @extschema@.build_course_units(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
#variable_conflict use_column
DECLARE
    site CONSTANT text := $1;
    written bigint;
BEGIN
    INSERT INTO moodle_mart.course_units AS stored (instance, moodle_course_id, moodle_category_id, directorate, unit)
    SELECT course.instance, course.moodle_course_id, course.categoryid,
           CASE WHEN ruled.rule_id IS NULL THEN category.top_category_name ELSE ruled.directorate END,
           CASE WHEN ruled.rule_id IS NULL THEN category.second_category_name ELSE ruled.unit END
    FROM (SELECT instance, moodle_course_id, categoryid FROM moodle_stg.courses
          WHERE site IS NULL OR instance = site
          UNION ALL
          -- Those that a rule knows and the site did not list.
          SELECT DISTINCT rule.instance, rule.moodle_course_id, NULL::bigint FROM moodle_mart.course_unit_rules rule
          WHERE rule.moodle_course_id IS NOT NULL AND (site IS NULL OR rule.instance = site)
            AND NOT EXISTS (SELECT FROM moodle_stg.courses known
                            WHERE known.instance = rule.instance
                              AND known.moodle_course_id = rule.moodle_course_id)) course
    LEFT JOIN moodle_stg.categories category
        ON category.instance = course.instance AND category.moodle_category_id = course.categoryid
    LEFT JOIN LATERAL (
        SELECT rule.rule_id, rule.directorate, rule.unit
        FROM moodle_mart.course_unit_rules rule
        WHERE rule.instance = course.instance
          AND (rule.moodle_course_id = course.moodle_course_id
               OR rule.moodle_category_id::text = ANY (string_to_array(category.path, '/')))
        ORDER BY rule.moodle_course_id IS NULL,
                 array_position(string_to_array(category.path, '/'), rule.moodle_category_id::text) DESC
        LIMIT 1) ruled ON true
    ON CONFLICT (instance, moodle_course_id) DO UPDATE
        SET moodle_category_id = excluded.moodle_category_id, directorate = excluded.directorate,
            unit = excluded.unit
        WHERE (stored.moodle_category_id, stored.directorate, stored.unit)
              IS DISTINCT FROM (excluded.moodle_category_id, excluded.directorate, excluded.unit);
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_course_units(text, bigint, bigint) IS
    'brings moodle_mart.course_units up to moodle_stg.courses, moodle_stg.categories and moodle_mart.course_unit_rules; the rows written';
