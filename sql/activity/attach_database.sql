CREATE FUNCTION @extschema@.attach_database(
        instance text, kind text, host text DEFAULT 'localhost', port integer DEFAULT NULL,
        dbname text DEFAULT 'moodle', username text DEFAULT NULL, password text DEFAULT NULL,
        prefix text DEFAULT 'mdl_', time_zone text DEFAULT 'UTC', options jsonb DEFAULT '{}')
    RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_attach_database'
    LANGUAGE C VOLATILE;

REVOKE EXECUTE ON FUNCTION @extschema@.attach_database(text, text, text, integer, text, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.attach_database(text, text, text, integer, text, text, text, text, text, jsonb) IS
    'attaches a Moodle''s own database (postgres or mysql): server, user mapping of the current role, foreign tables in schema <instance>_db; all or nothing';
