-- Two refreshes of one instance never overlap. The lock is the session's: it outlasts the commits of
-- a refresh, and goes with the session when that is killed.
CREATE FUNCTION @extschema@.lock_instance(of_instance text, patient boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    key integer := hashtext(of_instance);
    other record;
BEGIN
    IF patient THEN
        PERFORM pg_advisory_lock(@extschema@.lock_class('instance'), key);
        RETURN;
    ELSIF pg_try_advisory_lock(@extschema@.lock_class('instance'), key) THEN
        RETURN;
    END IF;
    SELECT step.run_id, step.pid INTO other FROM @extschema@.run_steps step
    WHERE step.instance = of_instance AND step.status = 'running'
    ORDER BY step.step_id DESC LIMIT 1;
    RAISE EXCEPTION 'instance "%" is being refreshed by another run%', of_instance,
            format(': run %s, process %s', other.run_id, other.pid)
        USING ERRCODE = 'lock_not_available',
              HINT = 'wait => true waits for it; SELECT * FROM moodle_fdw.progress shows it; SELECT moodle_fdw.cancel_run(…) ends it.';
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.lock_instance(text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.lock_instance(text, boolean) IS 'part of refresh()';
