CREATE FUNCTION @extschema@.landing_table(of_instance text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN @extschema@.raw_name(pg_catalog.concat('landing_', of_instance));

COMMENT ON FUNCTION @extschema@.landing_table(text) IS
    'the name of an instance''s partition of moodle_raw.landing';
