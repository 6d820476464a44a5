-- Session locks: who holds one is alive, and the server lets go of it when he is not.
CREATE FUNCTION @extschema@.lock_class(what text) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN pg_catalog.hashtext('moodle_fdw.' || what);

COMMENT ON FUNCTION @extschema@.lock_class(text) IS
    'the first key of the advisory locks of runs and instances; the second is hashtext(run or instance)';
