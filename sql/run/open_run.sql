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
    other bigint;
    id bigint;
    run @extschema@.runs;
BEGIN
    IF to_regclass('moodle_raw.landing') IS NULL THEN
        PERFORM @extschema@.deploy();
    END IF;
    LOOP
        other := NULL;
        -- Two sessions that begin at once: the second one sees the first one's run. Who has to wait
        -- lets go of this lock by the savepoint's end.
        BEGIN
            PERFORM pg_advisory_xact_lock(@extschema@.lock_class('begin'), 0);
            other := @extschema@.overlapping_run(chosen);
            EXIT WHEN other IS NULL;
            RAISE EXCEPTION '%', (SELECT format('instance "%s" is being refreshed by another run: run %s, of %s since %s',
                                                array_to_string(ARRAY(SELECT unnest(instances) INTERSECT
                                                                      SELECT unnest(chosen) ORDER BY 1), '", "'),
                                                run_id, role_name, date_trunc('second', started_at))
                                  FROM @extschema@.runs WHERE run_id = other)
                USING ERRCODE = 'lock_not_available',
                      HINT = format('wait => true waits for it; SELECT * FROM moodle_fdw.progress shows it; SELECT moodle_fdw.cancel_run(%s) ends it.', other);
        EXCEPTION WHEN lock_not_available THEN
            IF other IS NULL OR NOT wait THEN
                RAISE;
            END IF;
        END;
        RAISE NOTICE 'waiting for run %', other;
        PERFORM @extschema@.await_lock(@extschema@.lock_class('run'), hashtext(other::text));
    END LOOP;
    id := @extschema@.begin_run(chosen, meant, full_scan);
    SELECT * INTO run FROM @extschema@.runs WHERE run_id = id;
    IF NOT @extschema@.hold_lock(@extschema@.lock_class('run'), hashtext(id::text)) THEN
        RAISE EXCEPTION 'run % is at work', id USING ERRCODE = 'lock_not_available';
    END IF;
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
