-- Exclusive: who waits for a run holds its lock too, shared, for a moment.
CREATE FUNCTION @extschema@.is_alive(of_run bigint) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = @extschema@.lock_class('run')::bigint & 4294967295
          AND objid::bigint = hashtext(of_run::text)::bigint & 4294967295);

COMMENT ON FUNCTION @extschema@.is_alive(bigint) IS
    'whether a session is at work on a run; one that says running and is not alive has been killed';
