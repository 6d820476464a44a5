-- A procedure that commits may not pin its search_path, so it does so in each transaction.
CREATE PROCEDURE @extschema@.analytics_of_instance(
        of_instance text, since date, read_log boolean, batch integer, INOUT problems jsonb)
    LANGUAGE plpgsql
    AS $$
DECLARE
    steps text[] := '{groups,submissions,quiz attempts,posts,assignment grades,grade history,due dates,learners,queue,weeks,states}';
    what text;
    portion record;
    of_run bigint;
BEGIN
    IF read_log THEN
        steps := '{events,tend,modules,roles,usage}'::pg_catalog.text[] OPERATOR(pg_catalog.||) steps;
    END IF;
    FOREACH what IN ARRAY '{begin}'::pg_catalog.text[] OPERATOR(pg_catalog.||) steps LOOP
        LOOP
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
            portion := @extschema@.analytics_portion(of_instance, of_run, what, since, batch);
            COMMIT;
            of_run := portion.run_id;
            EXIT WHEN portion.more IS NOT TRUE;
        END LOOP;
        EXIT WHEN portion.problem IS NOT NULL;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    IF portion.problem IS NULL THEN
        PERFORM @extschema@.end_analytics(of_run);
    ELSE
        problems := problems OPERATOR(pg_catalog.||) portion.problem;
    END IF;
    COMMIT;
    IF of_run IS NOT NULL THEN
        PERFORM @extschema@.let_go_of_lock(@extschema@.lock_class('activity'), pg_catalog.hashtext(of_instance));
        COMMIT;
    END IF;
END
$$;

REVOKE EXECUTE ON PROCEDURE @extschema@.analytics_of_instance(text, date, boolean, integer, jsonb) FROM PUBLIC;
COMMENT ON PROCEDURE @extschema@.analytics_of_instance(text, date, boolean, integer, jsonb) IS
    'part of run_analytics(): one instance';
