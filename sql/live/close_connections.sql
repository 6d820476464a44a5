CREATE FUNCTION @extschema@.close_connections() RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_close_connections'
    LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.close_connections() IS
    'closes this session''s idle connections to Moodle sites; how many sites were known';
