CREATE FUNCTION @extschema@.site_today(of_instance text) RETURNS date
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    AS $$ SELECT (clock_timestamp() AT TIME ZONE @extschema@.site_time_zone($1))::date $$;

COMMENT ON FUNCTION @extschema@.site_today(text) IS 'the day that it is in the time zone of an instance';
