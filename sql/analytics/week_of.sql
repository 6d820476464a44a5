CREATE FUNCTION @extschema@.week_of(moment timestamptz, time_zone text) RETURNS date
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.date_trunc('week', moment AT TIME ZONE time_zone)::date;

COMMENT ON FUNCTION @extschema@.week_of(timestamptz, text) IS 'the Monday of the week that a moment is in, there';
