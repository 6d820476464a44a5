CREATE FUNCTION @extschema@.build_grade_distribution(instance text, after_id bigint, up_to_id bigint)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_nestloop = off
    SET work_mem = '32MB'
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
    WITH graded AS (
        SELECT item.moodle_course_id, item.moodle_item_id, item.itemname, item.itemtype,
               item.itemmodule,
               (stored.finalgrade - item.grademin) * 100 / (item.grademax - item.grademin) AS pct
        FROM moodle_stg.grade_items item
        JOIN moodle_stg.grades stored
            ON stored.instance = site AND stored.moodle_course_id = item.moodle_course_id
           AND stored.moodle_item_id = item.moodle_item_id AND stored.finalgrade IS NOT NULL
        JOIN moodle_mart.course_performance student
            ON student.instance = site AND student.moodle_course_id = stored.moodle_course_id
           AND student.moodle_user_id = stored.moodle_user_id AND student.counts_as_student
        WHERE item.instance = site
          AND (touched IS NULL OR item.moodle_course_id = ANY (touched)
                                  AND stored.moodle_course_id = ANY (touched)
                                  AND student.moodle_course_id = ANY (touched))
          AND coalesce(item.itemtype, '') NOT IN ('course', 'category')
          AND item.grademax > item.grademin
    ), counted AS (
        SELECT moodle_course_id, moodle_item_id, itemname, itemtype, itemmodule,
               least(greatest(floor(pct / 10)::integer, 0), 9) AS step,
               count(*) AS grades, round(avg(pct), 4) AS mean
        FROM graded
        GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT site, counted.moodle_course_id, course.fullname, course.shortname,
           counted.moodle_item_id, counted.itemname, counted.itemtype, counted.itemmodule,
           counted.step + 1, counted.step * 10, counted.step * 10 + 10,
           format('%s-%s %%', lpad((counted.step * 10)::text, 2, '0'), counted.step * 10 + 10),
           counted.grades, counted.mean, category.top_category_name,
           category.second_category_name, now()
    FROM counted
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
