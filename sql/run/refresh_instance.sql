-- A procedure that commits may not pin its search_path, so it does so in each transaction.
CREATE PROCEDURE @extschema@.refresh_instance(of_run bigint, of_instance text)
    LANGUAGE plpgsql
    AS $$
DECLARE
    state text := 'more';
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    PERFORM @extschema@.lock_instance(of_instance);
    PERFORM @extschema@.prepare_instance(of_run, of_instance);
    COMMIT;
    WHILE state OPERATOR(pg_catalog.=) 'more' LOOP
        PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
        state := @extschema@.work(of_run, of_instance);
        COMMIT;
    END LOOP;
    PERFORM @extschema@.unlock_instance(of_instance);
    COMMIT;
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.refresh_instance(bigint, text) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.refresh_instance(bigint, text) IS
    'part of refresh(): one instance of a run, in the session or background worker that calls it';
