-- What refresh() does before anything is asked: checks, locks the run for this session.
CREATE FUNCTION @extschema@.open_run(
        wanted_instances text[], wanted_entities text[], full_scan boolean, wait boolean)
    RETURNS @extschema@.runs
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    AS $$
DECLARE
    chosen text[] := @extschema@.chosen_instances(wanted_instances);
    meant text[] := @extschema@.chosen_entities(wanted_entities);
    one text;
    id bigint;
    run @extschema@.runs;
BEGIN
    IF to_regclass('moodle_raw.landing') IS NULL THEN
        PERFORM @extschema@.deploy();
    END IF;
    -- Fails, or waits, before a run is begun. The session that will work on it locks it again.
    FOREACH one IN ARRAY chosen LOOP
        PERFORM @extschema@.lock_instance(one, wait);
        PERFORM @extschema@.unlock_instance(one);
    END LOOP;
    PERFORM pg_advisory_xact_lock(@extschema@.lock_class('begin'), 0);
    id := @extschema@.begin_run(chosen, meant, full_scan);
    SELECT * INTO run FROM @extschema@.runs WHERE run_id = id;
    PERFORM pg_advisory_lock(@extschema@.lock_class('run'), hashtext(run.run_id::text));
    IF run.resumed > 0 THEN
        RAISE NOTICE 'run % is taken up again where it stopped', run.run_id;
    ELSE
        RAISE NOTICE 'run %: % over %', run.run_id, array_to_string(meant, ', '),
            array_to_string(chosen, ', ');
    END IF;
    RETURN run;
END
$$;

REVOKE EXECUTE ON FUNCTION @extschema@.open_run(text[], text[], boolean, boolean) FROM PUBLIC;
COMMENT ON FUNCTION @extschema@.open_run(text[], text[], boolean, boolean) IS 'part of refresh()';
