CREATE FUNCTION @extschema@.quiet_until(instance text) RETURNS timestamptz
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED
    AS 'MODULE_PATHNAME', 'moodle_fdw_quiet_until';

COMMENT ON FUNCTION @extschema@.quiet_until(text) IS
    'until when an instance has quiet hours (option quiet_hours); NULL = it has none now, or they are ignored';
