CREATE FUNCTION @extschema@.site_time_zone(of_instance text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$
    SELECT coalesce((SELECT time_zone FROM @extschema@.site_clocks WHERE instance = $1), 'UTC')
    $$;

COMMENT ON FUNCTION @extschema@.site_time_zone(text) IS
    'the time zone whose midnight begins a day of an instance: moodle_fdw.databases.time_zone';
