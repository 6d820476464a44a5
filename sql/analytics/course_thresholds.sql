CREATE FUNCTION @extschema@.course_thresholds(of_instance text, courses bigint[])
    RETURNS TABLE (course_id bigint, rules jsonb)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT course, coalesce(jsonb_object_agg(nearest.name, jsonb_build_object('value', nearest.value, 'points', nearest.points))
                            FILTER (WHERE nearest.name IS NOT NULL), '{}')
    FROM unnest(courses) course
    LEFT JOIN LATERAL (
        SELECT DISTINCT ON (rule.name) rule.name, rule.value, rule.points
        FROM moodle_mart.analytics_thresholds rule
        WHERE coalesce(rule.instance, of_instance) = of_instance AND coalesce(rule.moodle_course_id, course) = course
        ORDER BY rule.name, rule.moodle_course_id NULLS LAST, rule.instance NULLS LAST) nearest ON true
    GROUP BY course
    $$;

COMMENT ON FUNCTION @extschema@.course_thresholds(text, bigint[]) IS
    'part of build_learner_states(): the thresholds that hold in each course: {name: {value, points}}';
