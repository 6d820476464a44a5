-- Locks of a session that outlast its commits, but neither a transaction of it that fails nor itself.
CREATE FUNCTION @extschema@.hold_lock(class integer, key integer) RETURNS boolean
    AS 'MODULE_PATHNAME', 'moodle_fdw_hold_lock'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

REVOKE EXECUTE ON FUNCTION @extschema@.hold_lock(integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.hold_lock(integer, integer) IS
    'part of refresh(): an advisory lock that also ends when a transaction of the session fails; false if another session has it';

CREATE FUNCTION @extschema@.let_go_of_lock(class integer, key integer) RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_let_go_of_lock'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION @extschema@.let_go_of_lock(integer, integer) IS
    'part of refresh(): the end of hold_lock()';

CREATE FUNCTION @extschema@.await_lock(class integer, key integer) RETURNS void
    AS 'MODULE_PATHNAME', 'moodle_fdw_await_lock'
    LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

REVOKE EXECUTE ON FUNCTION @extschema@.await_lock(integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.await_lock(integer, integer) IS
    'part of refresh(): waits until no session holds a lock';
