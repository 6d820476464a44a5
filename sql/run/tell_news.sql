-- What the workers have finished since the last look; gives the moment of this look.
CREATE FUNCTION @extschema@.tell_news(of_run bigint, since timestamptz) RETURNS timestamptz
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    step @extschema@.run_steps;
    newest timestamptz := since;
BEGIN
    FOR step IN
        SELECT * FROM @extschema@.run_steps
        WHERE run_id = of_run AND finished_at > since ORDER BY finished_at, ordinal
    LOOP
        newest := step.finished_at;
        IF step.status = 'failed' THEN
            RAISE WARNING '%: % failed: %', step.instance, step.name, step.error;
        ELSIF step.status = 'completed' THEN
            PERFORM @extschema@.tell(step);
        END IF;
    END LOOP;
    RETURN newest;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.tell_news(bigint, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.tell_news(bigint, timestamptz) IS 'part of refresh()';
