CREATE FUNCTION @extschema@.may_call(function text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'moodle_fdw_may_call'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.may_call(text) IS
    'whether a web-service function only reads, by Moodle''s catalogue or by its name';
