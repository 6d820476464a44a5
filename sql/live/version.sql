CREATE FUNCTION @extschema@.version() RETURNS text
    AS 'MODULE_PATHNAME', 'moodle_fdw_version'
    LANGUAGE C STABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @extschema@.version() IS 'version of the loaded library';
