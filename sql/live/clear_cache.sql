CREATE FUNCTION @extschema@.clear_cache(instance text DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'moodle_fdw_clear_cache'
    LANGUAGE C VOLATILE PARALLEL RESTRICTED;

COMMENT ON FUNCTION @extschema@.clear_cache(text) IS
    'forgets kept answers of an instance, or of all: those of mappings that the current role uses and of servers that it owns; how many there were';
