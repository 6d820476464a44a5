-- A session's workers end with it, and with a transaction of it that fails.
CREATE FUNCTION @extschema@.workers_running() RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_workers_running'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.workers_running() IS
    'how many background workers that this session started still run';

CREATE FUNCTION @extschema@.stop_workers() RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_stop_workers'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.stop_workers() IS
    'ends the background workers that this session started, waits up to 5 seconds for that, and gives how many there were';

CREATE FUNCTION @extschema@.wait_for_workers(seconds double precision) RETURNS integer
    AS 'MODULE_PATHNAME', 'moodle_fdw_wait_for_workers'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.wait_for_workers(double precision) IS
    'waits until one of this session''s background workers has ended, or the time is up; gives how many still run';
