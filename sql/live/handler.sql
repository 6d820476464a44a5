CREATE FUNCTION moodle_fdw_handler() RETURNS fdw_handler
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
REVOKE EXECUTE ON FUNCTION moodle_fdw_handler() FROM PUBLIC;

CREATE FUNCTION moodle_fdw_validator(text[], oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

CREATE FOREIGN DATA WRAPPER moodle_fdw
    HANDLER moodle_fdw_handler
    VALIDATOR moodle_fdw_validator;

COMMENT ON FOREIGN DATA WRAPPER moodle_fdw IS
    'tables over the web services of Moodle sites';

-- What is in the schema guards itself; the union tables and what changes instances are granted.
GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;
