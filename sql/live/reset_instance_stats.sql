CREATE FUNCTION @extschema@.reset_instance_stats(instance text DEFAULT NULL) RETURNS void
    LANGUAGE c VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'moodle_fdw_reset_instance_stats';

REVOKE EXECUTE ON FUNCTION @extschema@.reset_instance_stats(text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.reset_instance_stats(text) IS
    'begins instance_stats anew, for one instance or all of this database';
