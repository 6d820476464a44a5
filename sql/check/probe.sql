CREATE FUNCTION @extschema@.probe(
        instance text, function text, arguments jsonb DEFAULT '{}', at_most_ms integer DEFAULT 0)
    RETURNS @extschema@.probed
    AS 'MODULE_PATHNAME', 'moodle_fdw_probe'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.probe(text, text, jsonb, integer) IS
    'one request of any function that reads, without retries; a fault is a result, not an error';
