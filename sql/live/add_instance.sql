CREATE FUNCTION @extschema@.add_instance(
        name text, url text, token text, options jsonb DEFAULT '{}')
    RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_add_instance'
    LANGUAGE C VOLATILE STRICT;

REVOKE EXECUTE ON FUNCTION @extschema@.add_instance(text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.add_instance(text, text, text, jsonb) IS
    'connects a Moodle: server, user mapping of the current role, schema of live tables, partitions of the union tables; all or nothing';
