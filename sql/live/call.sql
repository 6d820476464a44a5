CREATE FUNCTION @extschema@.call(instance text, function text, arguments jsonb DEFAULT '{}')
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'moodle_fdw_call'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.call(text, text, jsonb) IS
    'the answer of any web-service function that only reads, as served';
