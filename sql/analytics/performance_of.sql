-- As the grade book has it, or, where the web services told nothing of it, by the latest version of
-- each grade in the history.
CREATE FUNCTION @extschema@.performance_of(of_instance text, courses bigint[])
    RETURNS TABLE (course_id bigint, user_id bigint, pct numeric)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    AS $$
    SELECT course_id, user_id, coalesce(told.pct, kept.pct)
    FROM (SELECT moodle_course_id AS course_id, moodle_user_id AS user_id, graded_performance_pct AS pct
          FROM moodle_mart.course_performance
          WHERE instance = of_instance AND moodle_course_id = ANY (courses) AND counts_as_student) told
    FULL JOIN (
        SELECT moodle_course_id AS course_id, moodle_user_id AS user_id,
               round(avg((finalgrade - grademin) * 100 / nullif(grademax - grademin, 0)), 4) AS pct
        FROM (SELECT DISTINCT ON (grade_id) *
              FROM moodle_stg.grade_history
              WHERE instance = of_instance AND moodle_course_id = ANY (courses) AND itemtype IN ('mod', 'manual')
              ORDER BY grade_id, history_id DESC) latest
        WHERE action <> 3 AND finalgrade IS NOT NULL AND grademax > grademin
        GROUP BY moodle_course_id, moodle_user_id) kept USING (course_id, user_id)
    $$;

COMMENT ON FUNCTION @extschema@.performance_of(text, bigint[]) IS
    'part of build_learner_states(): mean grade of each learner of some courses, in per cent';
