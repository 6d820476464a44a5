CREATE FUNCTION @extschema@.rebuild_usage(of_instance text, from_date date DEFAULT NULL, to_date date DEFAULT NULL)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    zone CONSTANT text := @extschema@.site_time_zone(of_instance);
    noted bigint;
BEGIN
    INSERT INTO @extschema@.usage_ahead (instance, day)
    SELECT DISTINCT of_instance, (at AT TIME ZONE zone)::date FROM moodle_stg.events
    WHERE instance = of_instance
      AND (from_date IS NULL OR at >= from_date::timestamp AT TIME ZONE zone)
      AND (to_date IS NULL OR at < (to_date + 1)::timestamp AT TIME ZONE zone)
    ON CONFLICT DO NOTHING;
    SELECT count(*) INTO noted FROM @extschema@.usage_ahead WHERE instance = of_instance;
    RETURN noted;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.rebuild_usage(text, date, date) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.rebuild_usage(text, date, date) IS
    'has the next run_activity() sum up the days of an instance anew, as after a change of session_gap or time_zone; how many days';
