CREATE FUNCTION @extschema@.build_resource_totals(of_instance text, courses bigint[])
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    AS $$
DECLARE
    written bigint;
BEGIN
    DELETE FROM moodle_mart.resource_totals
    WHERE instance = of_instance AND moodle_course_id = ANY (courses);
    INSERT INTO moodle_mart.resource_totals (instance, moodle_course_id, moodle_module_id, views, events,
        learners_viewing, active_weeks, first_event_at, last_event_at, ts_generated)
    SELECT of_instance, moodle_course_id, moodle_module_id, sum(views), sum(events),
           count(DISTINCT moodle_user_id) FILTER (WHERE views > 0), count(DISTINCT week_start),
           min(first_event_at), max(last_event_at), now()
    FROM moodle_mart.resource_weeks
    WHERE instance = of_instance AND moodle_course_id = ANY (courses)
    GROUP BY moodle_course_id, moodle_module_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.build_resource_totals(text, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.build_resource_totals(text, bigint[]) IS
    'builds moodle_mart.resource_totals anew for some courses; the rows written';
