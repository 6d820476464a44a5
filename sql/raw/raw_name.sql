-- Names of 63 bytes are kept apart by a sum of what does not fit.
CREATE FUNCTION @extschema@.raw_name(long_name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.format('moodle_raw.%I',
        CASE WHEN pg_catalog.octet_length(long_name) OPERATOR(pg_catalog.<=) 63 THEN long_name
             ELSE pg_catalog.concat("left"(long_name, 54), '_', "left"(pg_catalog.md5(long_name), 8)) END);

COMMENT ON FUNCTION @extschema@.raw_name(text) IS
    'the qualified name of a table in moodle_raw that is made for an instance';
