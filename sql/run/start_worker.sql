-- What the worker sees is committed: COMMIT what it is to find before starting it.
CREATE FUNCTION @extschema@.start_worker(run_id bigint, instance text) RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_start_worker'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

REVOKE EXECUTE ON FUNCTION @extschema@.start_worker(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.start_worker(bigint, text) IS
    'starts a background worker that does CALL moodle_fdw.refresh_instance(run_id, instance) as the current role; its process id (0: it ended at once), or NULL when no worker slot is free';
