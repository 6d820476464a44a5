CREATE FUNCTION @extschema@.fail_step(
        step @extschema@.run_steps, state text, said text, more text, advice text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    INSERT INTO @extschema@.run_errors (run_id, step_id, instance, name, sqlstate, message, detail,
                                        hint)
    VALUES (step.run_id, step.step_id, step.instance, step.name, state, said, nullif(more, ''),
            nullif(advice, ''));
    -- A site that cannot be reached, or that does not know the token, need not be asked again and
    -- again: what would ask it fails with this step. What has landed is worked on. One that was
    -- reached and broke off (08006) may well answer what is smaller.
    UPDATE @extschema@.run_steps other
    SET status = 'failed', finished_at = clock_timestamp(),
        error = CASE WHEN other.step_id = step.step_id THEN said
                     ELSE format('not tried, since %s failed: %s', step.name, said) END
    WHERE other.step_id = step.step_id
       OR ((state = '08001' OR left(state, 2) = '28'
            -- What mysql_fdw says of a server that it cannot connect to.
            OR state = 'HV00N' AND step.layer = 'database')
           AND step.layer IN ('raw', 'database') AND other.run_id = step.run_id
           AND other.instance = step.instance AND other.layer = step.layer
           AND other.status IN ('queued', 'running'));
    RAISE WARNING '%: % failed: %', step.instance, step.name, said
        USING HINT = coalesce(nullif(advice, ''), 'SELECT * FROM moodle_fdw.run_errors tells more.');
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.fail_step(@extschema@.run_steps, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.fail_step(@extschema@.run_steps, text, text, text, text) IS
    'part of refresh()';
