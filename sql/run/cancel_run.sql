CREATE FUNCTION @extschema@.cancel_run(id bigint) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    status text;
BEGIN
    SELECT runs.status INTO status FROM @extschema@.runs WHERE run_id = id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no run %', id
            USING ERRCODE = 'undefined_object',
                  HINT = 'SELECT run_id, status FROM moodle_fdw.runs lists them.';
    END IF;
    IF status <> 'running' THEN
        RAISE NOTICE 'run % is not running: %', id, status;
        RETURN false;
    END IF;
    UPDATE @extschema@.runs SET cancel_asked = true WHERE run_id = id;
    -- What waits for a site wakes up at once; the rest sees it between two portions. Only who holds
    -- the instance is at work on it: a process of that number may be anyone's by now.
    BEGIN
        PERFORM pg_cancel_backend(step.pid)
        FROM @extschema@.run_steps step
        JOIN pg_locks held ON held.pid = step.pid
        WHERE step.run_id = id AND step.status = 'running' AND step.pid <> pg_backend_pid()
          AND held.locktype = 'advisory' AND held.granted
          AND held.classid::bigint = @extschema@.lock_class('instance')::bigint & 4294967295
          AND held.objid::bigint = hashtext(step.instance)::bigint & 4294967295;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'run % ends after its present portion', id
            USING HINT = 'To wake it at once takes the role that runs it, or pg_signal_backend.';
    END;
    IF NOT @extschema@.is_alive(id) THEN
        PERFORM @extschema@.finish_run(id);
    END IF;
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.cancel_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.cancel_run(bigint) IS
    'ends a refresh; what has landed stays, and the next one goes on from there';
