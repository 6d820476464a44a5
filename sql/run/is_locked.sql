-- Exclusive: who waits for a lock holds it too, shared, for a moment.
CREATE FUNCTION @extschema@.is_locked(what text, which text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    RETURN EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND granted AND mode = 'ExclusiveLock'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND classid::bigint = @extschema@.lock_class(what)::bigint & 4294967295
          AND objid::bigint = hashtext(which)::bigint & 4294967295);

COMMENT ON FUNCTION @extschema@.is_locked(text, text) IS
    'whether a session is at work on something: a run, an instance, an instance''s activity';
