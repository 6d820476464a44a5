CREATE FUNCTION @extschema@.build_grade_distribution(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET enable_sort = off
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
    DELETE FROM moodle_mart.grade_distribution
    WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched));

    INSERT INTO moodle_mart.grade_distribution (
        instance, moodle_course_id, course_name, course_shortname, moodle_item_id, item_name,
        item_type, item_module, bucket, pct_from, pct_to, bucket_label, grades, avg_pct,
        top_category_name, second_category_name, ts_generated)
    WITH item AS NOT MATERIALIZED (
        SELECT * FROM moodle_stg.grade_items
        WHERE instance = site AND (touched IS NULL OR moodle_course_id = ANY (touched))
          AND coalesce(itemtype, '') NOT IN ('course', 'category') AND gradetype IS DISTINCT FROM 0
          AND grademax > grademin
    ), graded AS (
        SELECT item.moodle_course_id, item.moodle_item_id,
               (stored.finalgrade - item.grademin) * 100 / (item.grademax - item.grademin) AS pct
        FROM item
        JOIN moodle_stg.grades stored
            ON stored.instance = site AND stored.moodle_course_id = item.moodle_course_id
           AND stored.moodle_item_id = item.moodle_item_id AND stored.finalgrade IS NOT NULL
           AND (touched IS NULL OR stored.moodle_course_id = ANY (touched))
        JOIN moodle_mart.course_performance student
            ON student.instance = site AND student.moodle_course_id = stored.moodle_course_id
           AND student.moodle_user_id = stored.moodle_user_id AND student.counts_as_student
           AND (touched IS NULL OR student.moodle_course_id = ANY (touched))
    ), counted AS (
        SELECT moodle_course_id, moodle_item_id,
               least(greatest(floor(pct / 10), 0), 9)::integer AS step,
               count(*) AS grades, round(avg(pct), 4) AS mean
        FROM graded
        GROUP BY 1, 2, 3
    )
    SELECT site, counted.moodle_course_id, course.fullname, course.shortname,
           counted.moodle_item_id, item.itemname, item.itemtype, item.itemmodule,
           counted.step + 1, counted.step * 10, counted.step * 10 + 10,
           format('%s-%s %%', lpad((counted.step * 10)::text, 2, '0'), counted.step * 10 + 10),
           counted.grades, counted.mean, category.top_category_name,
           category.second_category_name, now()
    FROM counted
    JOIN item USING (moodle_course_id, moodle_item_id)
    LEFT JOIN moodle_stg.courses course
        ON course.instance = site AND course.moodle_course_id = counted.moodle_course_id
    LEFT JOIN moodle_stg.categories category
        ON category.instance = site AND category.moodle_category_id = course.categoryid;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

COMMENT ON FUNCTION @extschema@.build_grade_distribution(text, bigint, bigint) IS
    'builds moodle_mart.grade_distribution anew for the courses that a range of the landing table touches; the rows written';
