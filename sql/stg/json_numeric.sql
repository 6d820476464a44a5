CREATE FUNCTION @extschema@.json_numeric(record jsonb, field text) RETURNS numeric
    AS 'MODULE_PATHNAME', 'moodle_fdw_json_numeric'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.json_numeric(jsonb, text) IS
    'a number of a record, also where it is served as a string; NULL where it is none';
