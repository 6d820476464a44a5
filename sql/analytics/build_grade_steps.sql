-- The steps of the grades that have got a version since `loaded_since`. Against the version before; a
-- grade that was deleted and made again begins from none.
CREATE FUNCTION @extschema@.build_grade_steps(of_instance text, loaded_since timestamptz) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    grades CONSTANT bigint[] := ARRAY(SELECT DISTINCT grade_id FROM moodle_stg.grade_history
                                      WHERE instance = of_instance AND ts_extract >= loaded_since);
    written bigint;
BEGIN
    DELETE FROM moodle_mart.grade_steps step
    USING moodle_stg.grade_history version
    WHERE version.instance = of_instance AND version.grade_id = ANY (grades)
      AND step.instance = of_instance AND step.history_id = version.history_id;
    WITH version AS (
        SELECT *, CASE WHEN action <> 3 THEN finalgrade END AS grade,
               100 / CASE WHEN grademax > grademin THEN grademax - grademin END AS scale
        FROM moodle_stg.grade_history
        WHERE instance = of_instance AND grade_id = ANY (grades)
    ), pair AS (
        SELECT *, lag(grade) OVER following AS old_grade,
               round((lag(grade) OVER following - lag(grademin) OVER following)
                     * lag(scale) OVER following, 4) AS old_pct,
               coalesce(lag(overridden) OVER following, false) AS old_overridden,
               coalesce(lag(has_feedback AND action <> 3) OVER following, false) AS old_feedback
        FROM version
        WINDOW following AS (PARTITION BY grade_id ORDER BY history_id)
    ), step AS (
        SELECT *, CASE WHEN old_grade IS NULL AND grade IS NOT NULL THEN 'given'
                       WHEN old_grade IS NOT NULL AND grade IS NULL
                       THEN CASE WHEN action = 3 THEN 'deleted' ELSE 'withdrawn' END
                       WHEN grade > old_grade THEN 'raised'
                       WHEN grade < old_grade THEN 'lowered'
                       WHEN action = 3 THEN NULL
                       WHEN overridden <> old_overridden AND grade IS NOT NULL THEN 'overridden'
                       WHEN has_feedback AND NOT old_feedback THEN 'feedback' END AS change
        FROM pair)
    INSERT INTO moodle_mart.grade_steps (instance, history_id, moodle_course_id, moodle_item_id,
        itemtype, moodle_user_id, changed_at, change, old_grade, new_grade, old_pct, new_pct, changed_by, by_hand,
        source, overridden, has_feedback)
    SELECT of_instance, history_id, moodle_course_id, moodle_item_id, itemtype, moodle_user_id, changed_at,
           change, old_grade, grade, old_pct, round((grade - grademin) * scale, 4), changed_by,
           coalesce(changed_by <> moodle_user_id
                    AND coalesce(source, '') NOT IN ('aggregation', 'system', 'compute', 'import', 'restore'), false),
           source, overridden, has_feedback
    FROM step WHERE change IS NOT NULL;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_grade_steps(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_grade_steps(text, timestamptz) IS
    'part of load_grade_history(): what the versions of grades changed';
