CREATE PROCEDURE @extschema@.refresh(
        instances text[] DEFAULT NULL, entities text[] DEFAULT NULL,
        full_scan boolean DEFAULT true, wait boolean DEFAULT false,
        max_parallel integer DEFAULT 4)
    LANGUAGE plpgsql
    AS $$
DECLARE
    run @extschema@.runs;
    alone text;
    ahead text[];
    running integer := 0;
    told timestamptz;
    status text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM @extschema@.require_commit('refresh()', 'step');
    run := @extschema@.open_run(instances, entities, full_scan, wait);
    told := clock_timestamp();
    COMMIT;
    ahead := ARRAY(SELECT @extschema@.instances_ahead(run.run_id));
    LOOP
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        -- One instance needs no worker; nor is one waited for that cannot be had.
        WHILE cardinality(ahead) > 0 AND running < max_parallel LOOP
            EXIT WHEN (cardinality(run.instances) = 1 OR max_parallel = 1)
                OR @extschema@.start_worker(run.run_id, ahead[1]) IS NULL;
            ahead := ahead[2:];
            running := running + 1;
        END LOOP;
        EXIT WHEN cardinality(ahead) = 0 AND running = 0;
        IF cardinality(ahead) > 0 AND running = 0 THEN
            IF cardinality(run.instances) > 1 AND max_parallel > 1 THEN
                RAISE NOTICE 'no background worker is free: one instance after the other'
                    USING HINT = 'max_worker_processes is the limit of all of the server''s.';
            END IF;
            alone := ahead[1];
            ahead := ahead[2:];
            CALL @extschema@.refresh_instance(run.run_id, alone);
            told := pg_catalog.clock_timestamp();
            -- Who cancelled it meant the refresh, not this instance of it.
            EXIT WHEN EXISTS (SELECT FROM @extschema@.run_steps step
                              WHERE step.run_id OPERATOR(pg_catalog.=) run.run_id
                                AND step.instance OPERATOR(pg_catalog.=) alone
                                AND step.status OPERATOR(pg_catalog.=) 'cancelled');
            CONTINUE;
        END IF;
        COMMIT;
        SELECT watched.running, watched.told INTO running, told
        FROM @extschema@.watch_workers(run.run_id, told) watched;
        EXIT WHEN running IS NULL;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    BEGIN
        status := @extschema@.close_run(run.run_id);
    EXCEPTION WHEN query_canceled THEN
        -- PostgreSQL signals a process and then its group: one Ctrl-C may come twice. What it ended
        -- is to be closed all the same.
        status := @extschema@.close_run(run.run_id);
    END;
    COMMIT;
    -- Not before it is known to be over: it would pass for one that broke off.
    PERFORM @extschema@.let_go_of_lock(@extschema@.lock_class('run'),
                                       pg_catalog.hashtext(run.run_id::pg_catalog.text));
    IF status OPERATOR(pg_catalog.=) 'cancelled' THEN
        RAISE EXCEPTION 'run % was cancelled', run.run_id
            USING ERRCODE = 'query_canceled',
                  HINT = 'What has landed is kept; the next refresh() goes on from there.';
    ELSIF status OPERATOR(pg_catalog.=) 'failed' THEN
        RAISE EXCEPTION 'run % failed', run.run_id
            USING ERRCODE = 'fdw_error',
                  HINT = 'SELECT * FROM moodle_fdw.run_errors WHERE run_id = ' || run.run_id;
    END IF;
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.refresh(text[], text[], boolean, boolean, integer) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.refresh(text[], text[], boolean, boolean, integer) IS
    'fills and keeps the warehouse: instances side by side in background workers under the caller''s role; a refresh that broke off goes on where it stopped';
