CREATE FUNCTION @extschema@.json_flag(record jsonb, field text) RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_json_flag'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.json_flag(jsonb, text) IS
    'a flag of a record as 0 or 1; NULL where it is none';
