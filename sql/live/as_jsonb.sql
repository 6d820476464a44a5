CREATE FUNCTION @extschema@.as_jsonb(served json) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'moodle_fdw_as_jsonb'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.as_jsonb(json) IS 'the same as the cast, in less time';
