-- An error here is the instance's, not the run's: its steps fail, and say why.
CREATE FUNCTION @extschema@.prepare_instance(of_run bigint, of_instance text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    state text;
    said text;
    more text;
    advice text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('moodle_fdw'), hashtext('deploy'));
    IF @extschema@.has_database(of_instance) AND NOT @extschema@.has_services(of_instance) THEN
        IF @extschema@.ensure_landing(of_instance) THEN
            PERFORM @extschema@.grant_roles();
        END IF;
    ELSE
        PERFORM @extschema@.ensure_served(of_instance);
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT,
        more = PG_EXCEPTION_DETAIL, advice = PG_EXCEPTION_HINT;
    INSERT INTO @extschema@.run_errors (run_id, instance, name, sqlstate, message, detail, hint)
    VALUES (of_run, of_instance, 'prepare', state, said, nullif(more, ''), nullif(advice, ''));
    UPDATE @extschema@.run_steps SET status = 'failed', finished_at = clock_timestamp(), error = said
    WHERE run_id = of_run AND instance = of_instance AND status = 'queued';
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.prepare_instance(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.prepare_instance(bigint, text) IS 'part of refresh()';
