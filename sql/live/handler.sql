CREATE FUNCTION moodle_fdw_handler() RETURNS fdw_handler
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

CREATE FUNCTION moodle_fdw_validator(text[], oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

CREATE FOREIGN DATA WRAPPER moodle_fdw
    HANDLER moodle_fdw_handler
    VALIDATOR moodle_fdw_validator;
