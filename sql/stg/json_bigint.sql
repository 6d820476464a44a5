CREATE FUNCTION @extschema@.json_bigint(record jsonb, field text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'moodle_fdw_json_bigint'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.json_bigint(jsonb, text) IS
    'a whole number of a record (id, count, epoch); NULL where it is none';
